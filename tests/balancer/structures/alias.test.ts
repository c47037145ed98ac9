import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aliasTable, drawPlace } from '#balancer/structures/alias.ts';

/** What each place gets of all lots, read from the columns. */
function shares(weights: readonly number[]): number[] {
	const { keeps, others } = aliasTable(weights);
	const given = weights.map(() => 0);
	keeps.forEach((keep, column) => {
		given[column] = (given[column] ?? 0) + keep / weights.length;
		const other = others[column] ?? -1;
		given[other] = (given[other] ?? NaN) + (1 - keep) / weights.length;
	});
	return given;
}

test('aliasTable gives every place its share of the columns, to rounding, whatever the weights', () => {
	const anyWeight = fc.oneof(
		fc.integer({ min: 1, max: 256 }),
		fc.double({ min: 1e-300, max: 1e300, noNaN: true })
	);
	fc.assert(
		fc.property(fc.array(anyWeight, { minLength: 1, maxLength: 40 }), (weights) => {
			const heaviest = Math.max(...weights);
			const total = weights.reduce((sum, weight) => sum + weight / heaviest, 0);
			shares(weights).forEach((share, place) => {
				expect(share).toBeCloseTo((weights[place] ?? NaN) / heaviest / total, 10);
			});
		})
	);
});

test('drawPlace takes the column by the whole part of one number and the piece by the rest', () => {
	// Weights 3 and 1 make two columns of height 2: the second place keeps half of its own, the first has the rest.
	const table = aliasTable([3, 1]);
	const lots = [0, 0.49, 0.5, 0.74, 0.75, 0.999];
	expect(lots.map((lot) => drawPlace(table, () => lot))).toEqual([0, 0, 1, 1, 0, 0]);
});
