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

test('countTo is the inverse of valueAt, and since is what was recorded in between', () => {
	const value = fc.double({ min: 0.01, max: 1e6, noNaN: true });
	fc.assert(
		fc.property(fc.array(value, { minLength: 1 }), fc.array(value, { minLength: 1 }), (first, second) => {
			const all = new Histogram();
			const later = new Histogram();
			for (const one of first) all.record(one);
			const earlier = new Histogram();
			earlier.add(all);
			for (const one of second) {
				all.record(one);
				later.record(one);
			}
			const found = all.since(earlier);
			expect(found.total).toBe(second.length);
			expect(found.counts).toEqual(later.counts);
			for (const rank of [1, Math.ceil(second.length / 2), second.length]) {
				expect(found.valueAt(rank)).toBe(later.valueAt(rank));
				// A value lies in the middle of its own share of the bin.
				expect(later.countTo(later.valueAt(rank))).toBeCloseTo(rank - 0.5, 6);
			}
			expect(later.countTo(1e8)).toBe(second.length);
			expect(later.countTo(0.001)).toBe(0);
		}),
		{ numRuns: 100, seed: 1 }
	);
});
