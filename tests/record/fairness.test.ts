import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fairnessOf } from '#record/fairness.ts';

test('equal loads are entirely fair, and one that bears everything is as unfair as can be', () => {
	expect(fairnessOf([3, 3, 3, 3])).toEqual({ jain: 1, peakToMean: 1 });
	expect(fairnessOf([0, 0, 8, 0])).toEqual({ jain: 0.25, peakToMean: 4 });
	expect(fairnessOf([])).toEqual({ jain: NaN, peakToMean: NaN });
	expect(fairnessOf([0, 0])).toEqual({ jain: NaN, peakToMean: NaN });
});

test('the unit does not matter, and both stay between fair and unfair', () => {
	const loads = fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), { minLength: 1, maxLength: 20 });
	fc.assert(
		fc.property(loads, (some) => {
			const { jain, peakToMean } = fairnessOf(some);
			expect(jain).toBeGreaterThanOrEqual(1 / some.length - 1e-9);
			expect(jain).toBeLessThanOrEqual(1 + 1e-9);
			expect(peakToMean).toBeGreaterThanOrEqual(1 - 1e-9);
			const thousandfold = fairnessOf(some.map((load) => load * 1000));
			expect(thousandfold.jain).toBeCloseTo(jain, 9);
		}),
		{ seed: 1 }
	);
});
