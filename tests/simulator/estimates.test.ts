import { expect, test, vi } from 'vitest';
import type { Estimate } from '#record/estimate/estimate.ts';
import { differencesOf, estimatesOf, type MeasuredRun } from '#record/estimate/run-estimates.ts';
import { Engine } from '#simulator/engine.ts';
import { measure } from '#simulator/measure.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';
import { seedOf } from '../seeds.ts';

// Two hundred runs take some seconds on an idle machine.
vi.setConfig({ testTimeout: 300_000 });

/** One queue, one worker, exponential work of 1 ms on average; settled before it is counted. */
function queueAt(load: number, requests: number, more: object = {}): Scenario {
	const warmUpMs = Math.max(200, 20 / (1 - load) ** 2);
	return readScenario({
		traffic: { perSecond: 1000 * load },
		work: { meanMs: 1 },
		servers: [{ id: 'a', queue: 100_000 }],
		warmUpMs,
		durationMs: warmUpMs + requests / load,
		...more
	});
}

function runs(scenario: Scenario, count: number, from = 1): MeasuredRun[] {
	return Array.from({ length: count }, (_, index) => measure(new Engine(scenario, seedOf(from + index))));
}

/** Shares of the estimates that have an interval, and of the intervals that cover the truth. */
function coverage(estimates: readonly Estimate[], truth: number): { known: number; covered: number } {
	const known = estimates.filter(({ doubt }) => doubt === undefined);
	const covered = known.filter(({ value, halfWidth }) => Math.abs(value - truth) <= halfWidth);
	return { known: known.length / estimates.length, covered: covered.length / known.length };
}

const quantile = (load: number, share: number): number => -Math.log(1 - share) / (1 - load);

/** Pollaczek and Khinchin for M/M/1: the time in the system is exponential with mean 1 / (1 - load). */
test.each([
	[0.5, 20_000],
	[0.8, 25_000]
])(
	'at load %d, the intervals that %i requests give cover the truth in 90 to 98 % of 200 seeds',
	(load, n) => {
		const estimates = runs(queueAt(load, n), 200).map((run) => estimatesOf([run]));
		const truths = {
			mean: 1 / (1 - load),
			wait: load / (1 - load),
			p50: quantile(load, 0.5),
			p95: quantile(load, 0.95),
			goodput: 1000 * load
		};
		for (const [name, truth] of Object.entries(truths) as [keyof typeof truths, number][]) {
			const { known, covered } = coverage(
				estimates.map((all) => all[name]),
				truth
			);
			expect(known, name).toBeGreaterThan(0.7);
			expect(covered, name).toBeGreaterThanOrEqual(0.9);
			expect(covered, name).toBeLessThanOrEqual(0.98);
		}
	}
);

test('the interval of a mean is where the mean is, and 20 to 40 batches stand behind it', () => {
	const engine = new Engine(queueAt(0.5, 20_000), seedOf(1));
	measure(engine);
	const { value, groups, doubt } = engine.metrics.meanInterval;
	expect(value).toBe(engine.metrics.meanLatency);
	expect(groups).toBeGreaterThanOrEqual(20);
	expect(groups).toBeLessThanOrEqual(40);
	expect(doubt).toBeUndefined();
});

test('a run that is too short for its load says that it cannot know yet', () => {
	const short = runs(queueAt(0.8, 1000), 100).map((run) => estimatesOf([run]));
	expect(
		coverage(
			short.map(({ mean }) => mean),
			5
		).known
	).toBeLessThan(0.05);
	for (const { mean, p95 } of short) {
		if (mean.doubt === undefined) continue;
		expect([mean.halfWidth, p95.halfWidth]).toEqual([Infinity, Infinity]);
		expect(p95.doubt).toBe('short');
	}
	const tiny = runs(queueAt(0.5, 50), 1).map((run) => estimatesOf([run]));
	expect(tiny[0]?.mean.doubt).toBe('few');
});

test('replications cover the truth in 90 to 98 % of 200 experiments of four short runs each', () => {
	const scenario = queueAt(0.5, 1500);
	const experiments = Array.from({ length: 200 }, (_, index) =>
		estimatesOf(runs(scenario, 4, 1001 + 4 * index))
	);
	for (const [name, truth] of [
		['mean', 2],
		['p95', quantile(0.5, 0.95)]
	] as const) {
		const { known, covered } = coverage(
			experiments.map((all) => all[name]),
			truth
		);
		expect(known).toBe(1);
		expect(covered, name).toBeGreaterThanOrEqual(0.9);
		expect(covered, name).toBeLessThanOrEqual(0.98);
	}
});

test('paired runs know the difference of two strategies far better than either mean', () => {
	const servers = ['a', 'b', 'c'].map((id) => ({ id, queue: 100_000 }));
	const scenario = (name: string): Scenario =>
		queueAt(0.8, 30_000, { servers, traffic: { perSecond: 2400 }, strategy: { name } });
	for (const count of [1, 8]) {
		const [two, least] = [runs(scenario('two-choices'), count), runs(scenario('least-connections'), count)];
		const { mean } = differencesOf(least, two);
		expect(mean.doubt).toBeUndefined();
		expect(mean.value + mean.halfWidth).toBeLessThan(0);
		expect(mean.halfWidth).toBeLessThan(estimatesOf(two).mean.halfWidth / 2);
		const none = differencesOf(two, two);
		expect([none.mean.value, none.mean.halfWidth]).toEqual([0, 0]);
	}
});

test('from load 1 on there is no mean: unstable', () => {
	const stable = estimatesOf(runs(queueAt(0.9, 5000), 1));
	expect(stable.mean.value).toBeGreaterThan(0);
	const [run] = runs(
		readScenario({
			traffic: { perSecond: 1100 },
			work: { meanMs: 1 },
			servers: [{ id: 'a', queue: 100_000 }]
		}),
		1
	);
	if (run === undefined) throw new Error('There is no run.');
	const { mean, p50, goodput } = estimatesOf([run]);
	expect(mean).toEqual({ value: NaN, halfWidth: Infinity, groups: 1, doubt: 'unstable' });
	expect(p50.doubt).toBe('unstable');
	expect(Math.abs(goodput.value - 1000)).toBeLessThan(110);
	expect(differencesOf([run], [run]).mean.doubt).toBe('unstable');
});

test('where an overfull queue turns people away, percentiles count them as never and are known; the mean is not', () => {
	const scenario = readScenario({
		traffic: { perSecond: 1500 },
		work: { meanMs: 1 },
		servers: [{ id: 'a', queue: 20 }]
	});
	const { mean, p50, p95, failed } = estimatesOf(runs(scenario, 1));
	expect(mean.doubt).toBe('unstable');
	expect(p50.doubt).toBeUndefined();
	expect(p50.value).toBeGreaterThan(10);
	expect([p95.value, p95.doubt]).toEqual([Infinity, 'never']);
	expect(Math.abs(failed.value - 100 / 3)).toBeLessThan(2 * failed.halfWidth);
});

test('the warm-up that MSER-5 sees is short for an idle start and long for a full one', () => {
	const cold = new Engine({ ...queueAt(0.5, 20_000), warmUpMs: 0 }, seedOf(1));
	measure(cold);
	expect(cold.metrics.settledAt).toBeLessThan(2000);
	// Stopped for its first two seconds' worth of work, then freed: the crowd takes long to go.
	const jam = new Engine(
		{
			...queueAt(0.8, 40_000),
			warmUpMs: 0,
			changes: [
				{ do: 'slow', at: 0, server: 'a', speed: 0.01 },
				{ do: 'restart', at: 2000, server: 'a' }
			]
		},
		seedOf(2)
	);
	measure(jam);
	expect(jam.metrics.settledAt).toBeGreaterThan(5000);
	expect(jam.metrics.settledAt).toBeLessThan(20_000);
});
