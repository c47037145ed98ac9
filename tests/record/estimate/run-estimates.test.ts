import { expect, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import { between, type Totals } from '#record/estimate/figures.ts';
import { percentileOfRun } from '#record/estimate/percentile.ts';
import { differencesOf, estimatesOf, type MeasuredRun } from '#record/estimate/run-estimates.ts';
import { Metrics } from '#record/metrics.ts';

const perPart = 1000;

/** 32 seconds, a thousand independent requests in each; `answer` gives a latency, undefined for a failure. */
function run(answer: (random: () => number, part: number) => number | undefined, seed = 1): MeasuredRun {
	const random = randomStream(seed);
	const metrics = new Metrics();
	const moments: Totals[] = [metrics.totals()];
	for (let part = 0; part < 32; part++) {
		for (let i = 0; i < perPart; i++) {
			const at = 1000 * part + i;
			const latency = answer(random, part);
			metrics.at(at, 0).countStart();
			if (latency === undefined) metrics.at(at, 0).countAnswer('error', 'refused');
			else metrics.at(at, Math.min(at, latency)).countAnswer('ok', undefined);
		}
		metrics.passed(1000 * (part + 1));
		moments.push(metrics.totals());
	}
	return {
		whole: metrics.totals(),
		parts: moments.slice(1).map((after, part) => between(moments[part] ?? after, after)),
		mean: metrics.meanInterval,
		isOverloaded: false
	};
}

const exponential = (random: () => number): number => -Math.log(1 - random());

test('of n requests that all went well, fewer than 3/n fail', () => {
	const { failed } = estimatesOf([run(exponential)]);
	expect(failed.value).toBe(0);
	expect(failed.halfWidth).toBeCloseTo(300 / (32 * perPart), 12);
	const two = estimatesOf([run(exponential), run(exponential, 2)]);
	expect(two.failed.halfWidth).toBeCloseTo(150 / (32 * perPart), 12);
});

test('of independent requests, the interval of a share and of a percentile is the textbook’s', () => {
	const { failed, p50, p95 } = estimatesOf([
		run((random) => (random() < 0.02 ? undefined : exponential(random)))
	]);
	const n = 32 * perPart;
	// Binomial: 1.96 standard errors; batches know it within a third or so.
	const share = 1.96 * 100 * Math.sqrt((0.02 * 0.98) / n);
	expect(failed.halfWidth / share).toBeGreaterThan(0.65);
	expect(failed.halfWidth / share).toBeLessThan(1.6);
	for (const [found, p] of [
		[p50, 0.5],
		[p95, 0.95]
	] as const) {
		// The density at a percentile of all, of whom 98 % take exponentially long.
		const width = (1.96 * Math.sqrt((p * (1 - p)) / n)) / (0.98 - p);
		expect(found.halfWidth / width).toBeGreaterThan(0.65);
		expect(found.halfWidth / width).toBeLessThan(1.6);
		expect(Math.abs(found.value + Math.log(1 - p / 0.98))).toBeLessThan(2 * width);
	}
});

test('a percentile that failures made never has no interval, and no difference', () => {
	const failing = run((random) => (random() < 0.07 ? undefined : exponential(random)));
	const { p50, p95 } = estimatesOf([failing]);
	expect(p50.doubt).toBeUndefined();
	expect(p95).toEqual({ value: Infinity, halfWidth: Infinity, groups: 32, doubt: 'never' });
	expect(differencesOf([failing], [run(exponential)]).p95.doubt).toBe('never');
	expect(differencesOf([failing], [failing]).p95.doubt).toBe('never');
	expect(estimatesOf([failing, run(exponential, 2)]).p95.doubt).toBe('never');
});

test('a tail of a few slow moments is told without an interval', () => {
	// All of the slowest hundredth come in two of 32 parts.
	const { whole, parts } = run((random, part) =>
		part % 16 === 3 && random() < 0.3 ? 100 : exponential(random)
	);
	expect(percentileOfRun(0.5, whole, parts).estimate.doubt).toBeUndefined();
	const { value, doubt } = percentileOfRun(0.99, whole, parts).estimate;
	expect(value).toBeGreaterThan(99);
	expect(doubt).toBe('short');
});

test('runs too small for a percentile say so instead of comparing their slowest requests', () => {
	const small = (seed: number): MeasuredRun => {
		const { parts, ...rest } = run(exponential, seed);
		return { ...rest, parts, whole: parts[0] ?? rest.whole };
	};
	const { p95, p99 } = estimatesOf([small(1), small(2), small(3)]);
	expect(p95.doubt).toBeUndefined();
	const { 'p99.9': slowest } = estimatesOf([small(1), small(2), small(3)]);
	expect(p99.doubt).toBeUndefined();
	expect(slowest.doubt).toBe('few');
	expect(slowest.value).toBeGreaterThan(p95.value);
});

test('what two runs have in common cancels out of their difference', () => {
	const base = run(exponential);
	const slower = run((random) => exponential(random) + 1);
	const { mean, p50, p95, failed } = differencesOf([slower], [base]);
	for (const difference of [mean, p50, p95]) {
		expect(Math.abs(difference.value - 1)).toBeLessThan(0.03);
		expect(difference.halfWidth).toBeLessThan(0.03);
	}
	expect(failed.value).toBe(0);
	expect(() => differencesOf([slower, base], [base])).toThrow('2 and 1 figures make no pairs');
});
