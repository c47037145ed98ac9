import { doubtful, type Estimate } from '#record/estimate/estimate.ts';
import type { FigureName } from '#record/estimate/figures.ts';
import { estimatesOf, type Estimates, type MeasuredRun } from '#record/estimate/run-estimates.ts';
import { Engine } from './engine.ts';
import { offeredLoad } from './offered-load.ts';
import type { Scenario } from './scenario.ts';

/** How well a figure is to be known. */
export interface Precision {
	readonly figure: FigureName;
	/** The 95 % interval's half-width over the value: 0.02 is ± 2 %. */
	readonly target: number;
	/** Where that takes too long: requests after which the figure is taken as it is known then. */
	readonly mostRequests: number;
}

export interface Measured {
	readonly estimates: Estimates;
	/** Runs, each with a seed of its own, from the scenario's on. */
	readonly runs: number;
	readonly requests: number;
	/** Some run got in more than it could ever answer, and was stopped. */
	readonly diverged: boolean;
}

/** Student's t is wide over fewer. */
const fewest = 5;
const most = 400;

/**
 * Run a scenario with seed after seed until a figure is known well enough. How many runs that takes is told by the first
 * five; the seeds are the same for every scenario, so that two of them meet the same arrivals.
 */
export function measureTo(scenario: Scenario, { figure, target, mostRequests }: Precision): Measured {
	const runs: MeasuredRun[] = [];
	let requests = 0;
	let diverged = false;
	let wanted = fewest;
	const isOverloaded = (offeredLoad(scenario) ?? 0) >= 1;
	while (runs.length < wanted && requests < mostRequests && !diverged) {
		const engine = new Engine(scenario, scenario.seed + runs.length);
		engine.runToEnd();
		// Over several runs nobody asks for a run's parts, nor for an interval of its own.
		runs.push({ whole: engine.metrics.totals(), parts: [], mean: doubtful(NaN, 0, 'few'), isOverloaded });
		requests += engine.sent;
		diverged = engine.diverged;
		if (runs.length < wanted) continue;
		wanted = Math.min(most, wantedRuns(estimatesOf(runs)[figure], target, runs.length));
	}
	return { estimates: estimatesOf(runs), runs: runs.length, requests, diverged };
}

/** The interval narrows with the root of the runs. */
function wantedRuns({ value, halfWidth, doubt }: Estimate, target: number, runs: number): number {
	// More runs of the same length would know no more.
	if (doubt !== undefined || value === 0) return runs;
	const ratio = halfWidth / Math.abs(value) / target;
	// In steps, because a spread that few runs told may be far too wide.
	return ratio <= 1 ? runs : Math.ceil(runs * Math.min(1.6, 1.05 * ratio ** 2));
}
