import { expect, test } from 'vitest';
import { bandsOf, withBand } from '../../src/routes/play/bands.ts';

const runs = [
	Float64Array.of(1, 2, 3, 10, 20, Infinity),
	Float64Array.of(2, 1, 4, 5, 30, 40),
	Float64Array.of(0, 5, NaN, 6, 25, 50)
];

test('a band reaches from the least to the most of all seeds, and to never where one never came', () => {
	const bands = bandsOf(runs);
	expect([...(bands?.least ?? [])]).toEqual([0, 1, NaN, 5, 20, 40]);
	expect([...(bands?.most ?? [])]).toEqual([2, 5, NaN, 10, 30, Infinity]);
	expect(bandsOf([])).toBeUndefined();
});

test('a line gets the band of its own percentile and seconds', () => {
	const series = {
		id: 'p95',
		label: 'p95',
		colour: 'red',
		points: [
			{ at: 1000, value: 3 },
			{ at: 2000, value: 22 },
			{ at: 3000, value: 1 }
		]
	};
	expect(withBand(series, bandsOf(runs), 'p95').loose).toBe(true);
	expect(
		withBand(
			series,
			bandsOf(Array.from({ length: 10 }, () => runs[0] ?? runs[1] ?? new Float64Array())),
			'p95'
		).loose
	).toBe(false);
	expect(withBand(series, bandsOf(runs), 'p95').points).toEqual([
		{ at: 1000, value: 3, lo: 1, hi: 5 },
		{ at: 2000, value: 22, lo: 20, hi: 30 },
		{ at: 3000, value: 1, lo: NaN, hi: NaN }
	]);
	expect(withBand(series, undefined, 'p95')).toBe(series);
});
