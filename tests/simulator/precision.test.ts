import { expect, test } from 'vitest';
import { measureTo } from '#simulator/precision.ts';
import { readScenario } from '#simulator/scenario.ts';

const base = { servers: [{ id: 'A', queue: 10_000 }], work: { meanMs: 100 }, warmUpMs: 5000 };
const at = (perSecond: number, durationMs = 120_000) =>
	readScenario({ ...base, traffic: { perSecond }, durationMs });

test('a figure is measured until it is known as well as was asked, and is the true one', () => {
	const { estimates, runs } = measureTo(at(5), { figure: 'mean', target: 0.03, mostRequests: 2_000_000 });
	const { value, halfWidth } = estimates.mean;
	expect(halfWidth / value).toBeLessThanOrEqual(0.03);
	expect(runs).toBeGreaterThan(5);
	// M/M/1 at half its capacity: twice the work.
	expect(Math.abs(value - 200)).toBeLessThan(2.5 * halfWidth);
});

test('where that takes too long it is told as well as it is known', () => {
	const { estimates, requests } = measureTo(at(9, 300_000), {
		figure: 'p99',
		target: 0.001,
		mostRequests: 10_000
	});
	expect(requests).toBeGreaterThanOrEqual(10_000);
	expect(requests).toBeLessThan(13_000);
	expect(estimates.p99.halfWidth / estimates.p99.value).toBeGreaterThan(0.001);
});

test('what grows without end is not measured for long', () => {
	const { estimates, runs } = measureTo(at(12), { figure: 'mean', target: 0.02, mostRequests: 1e6 });
	expect(estimates.mean.doubt).toBe('unstable');
	expect(runs).toBe(5);
});

test('what never happens is known at once', () => {
	const { estimates, runs } = measureTo(at(2), { figure: 'failed', target: 0.02, mostRequests: 1e6 });
	expect(estimates.failed.value).toBe(0);
	expect(runs).toBe(5);
});
