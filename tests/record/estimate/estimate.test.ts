import { expect, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import { lagOne, overBatches } from '#record/estimate/batch-means.ts';
import { overRuns, pairedDifferences } from '#record/estimate/estimate.ts';

test('over runs, the half-width is Student’s t times the standard error', () => {
	// Mean 12, standard deviation 2, five runs: 2.776 · 2 / sqrt 5.
	const { value, halfWidth, groups, doubt } = overRuns([10, 14, 12, 10, 14]);
	expect([value, groups, doubt]).toEqual([12, 5, undefined]);
	expect(halfWidth).toBeCloseTo((2.7764 * 2) / Math.sqrt(5), 3);
	expect(overRuns([7, 7, 7])).toEqual({ value: 7, halfWidth: 0, groups: 3 });
});

test('one run, or one that measured nothing, has no interval; one that came to never says so', () => {
	expect(overRuns([3])).toEqual({ value: 3, halfWidth: Infinity, groups: 1, doubt: 'few' });
	expect(overRuns([3, NaN], 3)).toEqual({ value: 3, halfWidth: Infinity, groups: 2, doubt: 'few' });
	expect(overRuns([3, Infinity])).toEqual({
		value: Infinity,
		halfWidth: Infinity,
		groups: 2,
		doubt: 'never'
	});
});

test('pairs that differ by the same amount leave no doubt about it, however much luck both had', () => {
	const base = [5, 90, 12, 300];
	const others = base.map((figure) => figure + 2);
	expect(overRuns(pairedDifferences(others, base))).toEqual({ value: 2, halfWidth: 0, groups: 4 });
	expect(overRuns(others).halfWidth).toBeGreaterThan(100);
	expect(pairedDifferences([1, Infinity, Infinity], [3, 3, Infinity])).toEqual([-2, NaN, NaN]);
	expect(() => pairedDifferences([1], [1, 2])).toThrow('1 and 2 figures make no pairs');
});

test('fewer than twenty batches say nothing', () => {
	const batches = Array.from({ length: 19 }, (_, i) => i % 2);
	expect(overBatches(batches, 0.5).doubt).toBe('few');
	expect(overBatches([...batches, 1], 0.5).doubt).toBeUndefined();
	expect(overBatches([...batches, NaN], 0.5).doubt).toBe('few');
	expect(overBatches([...batches, Infinity], 0.5).doubt).toBe('never');
	expect(overBatches([], NaN).doubt).toBe('few');
});

test('alternating batches have a lag-1 correlation near -1, long runs one near 1, and equal ones none', () => {
	const alternating = Array.from({ length: 40 }, (_, i) => i % 2);
	const steps = Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : 1));
	expect(lagOne(alternating, 0.5)).toBeCloseTo(-39 / 40, 10);
	expect(lagOne(steps, 0.5)).toBeCloseTo(37 / 40, 10);
	expect(lagOne([3, 3, 3], 3)).toBe(0);
});

/** x' = c·x + noise: batches that resemble their neighbours. */
function coverage(groups: number, correlation: number, draw: (random: () => number) => number): number {
	const random = randomStream(groups, 'batches');
	const runs = 2000;
	let covered = 0;
	let x = 0;
	for (let i = 0; i < 100; i++) x = correlation * x + draw(random);
	for (let run = 0; run < runs; run++) {
		const batches = Array.from({ length: groups }, () => (x = correlation * x + draw(random)));
		const { value, halfWidth } = overBatches(batches, batches.reduce((sum, b) => sum + b, 0) / groups);
		if (Math.abs(value) <= halfWidth) covered++;
	}
	return covered / runs;
}

const bell = (random: () => number): number =>
	Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
/** Many somewhat below the mean, a few far above. */
const skewed = (random: () => number): number => -Math.log(1 - random()) - 1;

test.each([
	[20, 0, bell],
	[40, 0, bell],
	[20, 0.2, bell],
	[40, 0.3, bell],
	[20, 0, skewed],
	[40, 0, skewed],
	[40, 0.3, skewed]
])('%i batches with correlation %d cover their mean in 90 to 98 %', (groups, correlation, draw) => {
	const share = coverage(groups, correlation, draw);
	expect(share).toBeGreaterThan(0.9);
	expect(share).toBeLessThan(0.98);
});
