import { expect, test } from 'vitest';
import { BySlot } from '#balancer/structures/by-slot.ts';
import { busy } from '../backends.ts';

test('BySlot finds what is known of a backend, and nothing of another that has had its slot', () => {
	const [a, b] = busy([0, 0]);
	if (a === undefined || b === undefined) throw new Error('no backends');
	const known = new BySlot<{ backend: typeof a; name: string }>();
	expect(known.get(b)).toBeUndefined();
	known.add({ backend: b, name: 'b' });
	expect([known.get(a), known.get(b)?.name]).toEqual([undefined, 'b']);
	const heir = { ...b, id: 'heir' };
	expect(known.get(heir)).toBeUndefined();
	known.add({ backend: heir, name: 'heir' });
	expect([known.get(b), known.get(heir)?.name]).toEqual([undefined, 'heir']);
});

test('BySlot forgets who is deleted, and only that one', () => {
	const [a, b] = busy([0, 0]);
	if (a === undefined || b === undefined) throw new Error('no backends');
	const known = new BySlot<{ backend: typeof a }>();
	known.add({ backend: a });
	known.add({ backend: b });
	known.delete({ ...b });
	known.delete(a);
	expect([known.get(a), known.get(b)?.backend]).toEqual([undefined, b]);
});
