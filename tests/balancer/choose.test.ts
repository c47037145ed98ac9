import { expect, test } from 'vitest';
import { perBackend } from '#balancer/choose.ts';
import { weighing } from './backends.ts';

test('perBackend keeps each memory in the order of the list, through leaving and coming back', () => {
	const memories = perBackend((backend) => ({ id: backend.id, visits: 0 }));
	const all = weighing(1, 1, 1);
	const before = memories(all);
	for (const memory of before) memory.visits++;
	expect(memories(all)).toBe(before);
	expect(memories(all.slice(1)).map(({ id }) => id)).toEqual(['b', 'c']);
	expect(memories([...all].reverse())).toEqual([
		{ id: 'c', visits: 1 },
		{ id: 'b', visits: 1 },
		{ id: 'a', visits: 1 }
	]);
});

test('perBackend does not take a newcomer of the same name for the one that left', () => {
	const memories = perBackend(() => ({}));
	const [first] = memories(weighing(1));
	expect(memories(weighing(1))[0]).not.toBe(first);
});
