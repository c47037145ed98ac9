import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Series } from '#record/estimate/series.ts';

function seriesOf(values: readonly number[]): Series {
	const series = new Series();
	values.forEach((value, index) => {
		series.add(value, index);
	});
	return series;
}

const mean = (values: readonly number[]): number =>
	values.reduce((sum, value) => sum + value, 0) / values.length;

test('a series keeps 256 to 511 batches however long it grows, and nothing but an open batch is missing', () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 60_000 }), fc.integer(), (length, salt) => {
			const values = Array.from({ length }, (_, i) => Math.abs(Math.sin(salt + i)) * 100);
			const series = seriesOf(values);
			expect(series.batches).toBeLessThan(512);
			if (length >= 2560) expect(series.batches).toBeGreaterThanOrEqual(256);
			const counted = series.batches * series.size;
			expect(length - counted).toBeLessThan(series.size);
			const means = [...series.means()];
			means.forEach((found, batch) => {
				const exact = mean(values.slice(batch * series.size, (batch + 1) * series.size));
				expect(found).toBeCloseTo(exact, 8);
				expect(series.endOf(batch)).toBe((batch + 1) * series.size - 1);
			});
			if (series.batches === 0) return;
			const from = Math.floor(series.batches / 3);
			const kept = values.slice(from * series.size, counted);
			const center = mean(kept);
			expect(series.variance(from)).toBeCloseTo(mean(kept.map((value) => (value - center) ** 2)), 6);
		}),
		{ numRuns: 30, seed: 1 }
	);
});

test('firstFrom is the first batch that began at or after an instant', () => {
	const series = seriesOf(Array.from({ length: 23 }, () => 1));
	expect(series.batches).toBe(4);
	// The batches end at 4, 9, 14 and 19.
	expect([0, 1, 4, 5, 9, 10, 14, 15, 20].map((at) => series.firstFrom(at))).toEqual([
		0, 1, 1, 2, 2, 3, 3, 4, 4
	]);
	expect(new Series().firstFrom(7)).toBe(0);
});
