import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from '#record/histogram.ts';

/** One bin of 128 to the octave. */
const binWidth = 1 / 128;
const smallest = 2 ** -10;
const largest = 2 ** 26;

function histogramOf(values: readonly number[]): Histogram {
	const histogram = new Histogram();
	for (const value of values) histogram.record(value);
	return histogram;
}

test('every rank is within 0.8 % of the exact value, over the whole range', () => {
	const value = fc
		.double({ min: Math.log(smallest), max: Math.log(largest * 0.999), noNaN: true })
		.map(Math.exp);
	fc.assert(
		fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), (values) => {
			const histogram = histogramOf(values);
			const sorted = values.toSorted((a, b) => a - b);
			expect(histogram.total).toBe(values.length);
			sorted.forEach((exact, index) => {
				const found = histogram.valueAt(index + 1);
				expect(Math.abs(found - exact) / exact).toBeLessThanOrEqual(binWidth);
			});
		}),
		{ numRuns: 300, seed: 1 }
	);
});

test('ranks rise within a bin, and a single value is told as the middle of its bin', () => {
	const crowd = histogramOf(Array.from({ length: 10 }, () => 100));
	const ranks = Array.from({ length: 10 }, (_, index) => crowd.valueAt(index + 1));
	expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
	expect(new Set(ranks).size).toBe(10);
	expect(histogramOf([100]).valueAt(1)).toBe(100.25);
});

test.each([
	[0, smallest],
	[-5, smallest],
	[NaN, smallest],
	[5e-324, smallest],
	[smallest, smallest],
	[largest, largest],
	[Number.MAX_VALUE, largest],
	[Infinity, largest]
])('%d is counted at the edge of the range', (value, edge) => {
	const histogram = histogramOf([value]);
	expect(histogram.total).toBe(1);
	expect(Math.abs(histogram.valueAt(1) - edge) / edge).toBeLessThanOrEqual(binWidth);
});

test('a rank that nobody has is NaN', () => {
	expect(new Histogram().valueAt(1)).toBeNaN();
	expect(histogramOf([1, 2]).valueAt(3)).toBeNaN();
});

test('adding and clearing are as if the values had been recorded, or never had', () => {
	const values = fc.array(fc.double({ min: 1e-3, max: 1e7, noNaN: true }), { maxLength: 40 });
	fc.assert(
		fc.property(values, values, values, (before, a, b) => {
			const sum = histogramOf(before);
			sum.clear();
			sum.clear();
			expect(sum.valueAt(1)).toBeNaN();
			sum.add(histogramOf(a));
			sum.add(histogramOf(b));
			const together = histogramOf([...a, ...b]);
			expect(sum.total).toBe(together.total);
			expect(sum.counts).toEqual(together.counts);
			for (let rank = 1; rank <= together.total + 1; rank++)
				expect(sum.valueAt(rank)).toBe(together.valueAt(rank));
		}),
		{ numRuns: 50, seed: 2 }
	);
});
