import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillTable, sizes } from '#balancer/structures/maglev-table.ts';

const counts = (table: Uint32Array, places: number): number[] =>
	Array.from({ length: places }, (_, place) => table.filter((owner) => owner === place).length);

test('fillTable makes the table of the Maglev paper', () => {
	// Table 1 of the paper: preferences 3 0 4 1 5 2 6, 0 2 4 6 1 3 5 and 3 4 5 6 0 1 2; then the middle one is gone.
	const first = { offset: 3, skip: 4, weight: 1 };
	const second = { offset: 0, skip: 2, weight: 1 };
	const third = { offset: 3, skip: 1, weight: 1 };
	expect([...fillTable(7, [first, second, third])]).toEqual([1, 0, 1, 0, 2, 2, 0]);
	expect([...fillTable(7, [first, third])]).toEqual([0, 0, 0, 0, 1, 1, 1]);
});

test('fillTable gives equals shares that differ by one slot at most, and unequals theirs within a slot or two', () => {
	const claimant = fc.record({ offset: fc.nat(250), skip: fc.integer({ min: 1, max: 250 }) });
	const claimants = fc.array(fc.tuple(claimant, fc.integer({ min: 1, max: 10 })), {
		minLength: 1,
		maxLength: 12
	});
	fc.assert(
		fc.property(claimants, (some) => {
			const equal = counts(
				fillTable(
					251,
					some.map(([one]) => ({ ...one, weight: 1 }))
				),
				some.length
			);
			expect(Math.max(...equal) - Math.min(...equal)).toBeLessThanOrEqual(1);
			const total = some.reduce((sum, [, weight]) => sum + weight, 0);
			const given = counts(
				fillTable(
					251,
					some.map(([one, weight]) => ({ ...one, weight }))
				),
				some.length
			);
			// A turn too early or too late for each of those who share the rounds.
			given.forEach((count, place) => {
				expect(Math.abs(count - (251 * (some[place]?.[1] ?? NaN)) / total)).toBeLessThanOrEqual(
					2 + some.length / 2
				);
			});
		})
	);
});

test('The sizes on offer are primes', () => {
	for (const size of [...sizes, 7, 17]) {
		for (let divisor = 2; divisor * divisor <= size; divisor++) expect(size % divisor).not.toBe(0);
	}
});
