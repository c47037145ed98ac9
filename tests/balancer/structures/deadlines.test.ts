import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deadlines } from '#balancer/structures/deadlines.ts';

/** The places of this many turns. */
function turns(weights: readonly number[], count: number): number[] {
	const deadlines = new Deadlines(weights);
	return Array.from({ length: count }, () => {
		const place = deadlines.next;
		deadlines.putOff(weights[place] ?? NaN);
		return place;
	});
}

test('Deadlines gives turns in proportion to weights, the first in first among equals', () => {
	expect(turns([1, 1, 1], 7)).toEqual([0, 1, 2, 0, 1, 2, 0]);
	// Due at 1/4, 1/2, 1/2, 3/4, 1, 1, 1: of those due at once, who was put in earlier.
	expect(turns([4, 2, 1], 7)).toEqual([0, 1, 0, 0, 2, 1, 0]);
});

test('Deadlines picks as a list sorted by deadline and then by age does', () => {
	const weight = fc.integer({ min: 1, max: 9 });
	fc.assert(
		fc.property(fc.array(weight, { minLength: 1, maxLength: 20 }), fc.array(weight), (weights, later) => {
			const deadlines = new Deadlines(weights);
			let list = weights.map((weight, place) => ({ place, due: 1 / weight }));
			for (const weight of later) {
				// A stable sort keeps the older first.
				list = list.toSorted((a, b) => a.due - b.due);
				const [first, ...rest] = list;
				expect(deadlines.next).toBe(first?.place);
				deadlines.putOff(weight);
				list = [...rest, { place: first?.place ?? -1, due: (first?.due ?? NaN) + 1 / weight }];
			}
		})
	);
});
