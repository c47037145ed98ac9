import { expect, test } from 'vitest';
import { isPassed, perBackend, whenListChanges } from '#balancer/choose.ts';
import { busy, weighing } from './backends.ts';

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

test('whenListChanges makes anew for another member, order or weight, and not for another array', () => {
	let made = 0;
	const count = whenListChanges(() => ++made);
	const all = weighing(1, 2, 3).map((backend) => ({ ...backend }));
	expect([count(all), count(all), count([...all])]).toEqual([1, 1, 1]);
	expect(count(all.slice(1))).toBe(2);
	expect(count(all)).toBe(3);
	expect(count(all.toReversed())).toBe(4);
	const [first] = all;
	if (first === undefined) throw new Error('There are three.');
	first.weight = 7;
	expect(count(all.toReversed())).toBe(5);
});

test('whenListChanges keeps what it made even if that is nothing', () => {
	let asked = 0;
	const nothing = whenListChanges(() => {
		asked++;
		return undefined;
	});
	const all = weighing(1, 2);
	nothing(all);
	nothing(all);
	expect(asked).toBe(1);
});

test('isPassed is true for whoever has no room or has failed this request', () => {
	const [a, b] = busy([1, 1]);
	if (a === undefined || b === undefined) throw new Error('There are two.');
	expect([isPassed(a, undefined), isPassed(a, [b]), isPassed(a, [a])]).toEqual([false, false, true]);
	expect(isPassed({ ...a, limit: 1 }, undefined)).toBe(true);
});
