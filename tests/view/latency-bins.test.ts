import { expect, test } from 'vitest';
import { Histogram } from '#record/histogram.ts';
import { edgesOf, shapeOf } from '#view/chart/latency-bins.ts';

function offeredOf(values: readonly number[], failed = 0) {
	const latencies = new Histogram();
	for (const value of values) latencies.record(value);
	return { latencies, failed };
}

const even = Array.from({ length: 1000 }, (_, i) => 10 + i);

test('every request that was offered is in a bin or among those never answered', () => {
	const offered = offeredOf(even, 70);
	const { counts, never, n } = shapeOf(offered, edgesOf([offered]));
	expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
	expect(never).toBe(70);
	expect(n).toBe(1070);
});

test('bins hold what lies between their edges, and two runs share them', () => {
	const [fast, slow] = [offeredOf([10, 11, 12]), offeredOf([1000, 1100])];
	const edges = edgesOf([fast, slow]);
	expect(edges[0]).toBeLessThanOrEqual(10);
	expect(edges.at(-1)).toBeGreaterThanOrEqual(1100);
	const { counts } = shapeOf(slow, edges);
	edges.slice(0, -1).forEach((from, i) => {
		const inside = [1000, 1100].filter((value) => value >= from && value < (edges[i + 1] ?? 0)).length;
		expect(counts[i]).toBe(inside);
	});
});

test('turning people away never makes a percentile look better', () => {
	const all = offeredOf(even);
	// The slowest fifth is refused instead of served.
	const some = offeredOf(even.slice(0, 800), 200);
	const [a, b] = [shapeOf(all, edgesOf([all])), shapeOf(some, edgesOf([some]))];
	expect(b.percentiles.find(({ name }) => name === 'p99')?.at).toBe(Infinity);
	expect(b.percentiles.find(({ name }) => name === 'p50')?.at).toBe(
		a.percentiles.find(({ name }) => name === 'p50')?.at
	);
});

test('a percentile is sure when ten requests lie beyond it', () => {
	const sure = (count: number) =>
		shapeOf(offeredOf(even.slice(0, count)), [1, 2000]).percentiles.map((one) => one.sure);
	expect(sure(19)).toEqual([false, false, false]);
	expect(sure(200)).toEqual([true, true, false]);
	expect(sure(1000)).toEqual([true, true, true]);
});

test('without an answer there are no bins, and everybody is among those never answered', () => {
	const none = offeredOf([], 5);
	expect(edgesOf([none])).toEqual([]);
	expect(shapeOf(none, [])).toMatchObject({ n: 5, counts: [], never: 5 });
	expect(shapeOf(none, []).percentiles.every(({ at }) => at === Infinity)).toBe(true);
});
