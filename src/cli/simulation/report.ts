import type { StrategyName } from '#balancer/strategies/index.ts';
import type { Doubt, Estimate } from '#record/estimate/estimate.ts';
import { type Figure, figures, type FigureName } from '#record/estimate/figures.ts';
import {
	differencesOf,
	type Estimates,
	estimatesOf,
	type MeasuredRun
} from '#record/estimate/run-estimates.ts';
import { offeredLoad } from '#simulator/offered-load.ts';
import type { Scenario } from '#simulator/scenario.ts';
import type { Summary, Time } from '#simulator/summary.ts';

/** One run as it was measured, and what else is told of it. */
export interface Run {
	readonly summary: Summary;
	readonly measured: MeasuredRun;
	/** See `Metrics.settledAt`. */
	readonly settledMs: number | undefined;
	readonly diverged: boolean;
}

/** What the runs of one strategy came to; plain data, which --json prints. */
export interface StrategyReport {
	readonly strategy: StrategyName;
	readonly knobs: Readonly<Record<string, number>>;
	readonly seeds: readonly number[];
	readonly warmUpMs: number;
	readonly durationMs: number;
	/** Requests sent after the warm-up and answered, of all runs together. */
	readonly n: number;
	/** When the latency had settled by MSER-5, the latest of all runs; null: not within a run's first half. */
	readonly settledMs: number | null;
	/** Work that comes over what can be done; null where that hangs on what happens. */
	readonly offeredLoad: number | null;
	/** Runs that were stopped because ever more requests were on their way. */
	readonly diverged: number;
	readonly metrics: Readonly<Record<FigureName, Metric>>;
	readonly runs: readonly Summary[];
}

export interface Difference {
	readonly strategy: StrategyName;
	readonly against: StrategyName;
	readonly metrics: Readonly<Record<FigureName, Metric>>;
}

/** An `Estimate` for JSON, which knows no Infinity: null where there is no interval. */
export interface Metric {
	readonly unit: Figure['unit'];
	readonly value: Time;
	readonly halfWidth: number | null;
	readonly groups: number;
	readonly doubt?: Doubt;
}

export interface Report {
	readonly strategies: readonly StrategyReport[];
	/** Each of the others against the first, paired. */
	readonly differences: readonly Difference[];
}

/** `runs` are those of each scenario, in the order of the seeds. */
export function reportOf(
	scenarios: readonly Scenario[],
	seeds: readonly number[],
	runs: readonly (readonly Run[])[]
): Report {
	const measured = runs.map((ofOne) => ofOne.map((run) => run.measured));
	const [base = []] = measured;
	return {
		strategies: scenarios.map((scenario, index) =>
			strategyReport(scenario, seeds, runs[index] ?? [], estimatesOf(measured[index] ?? []))
		),
		differences: scenarios.slice(1).map((scenario, index) => ({
			strategy: scenario.strategy.name,
			against: scenarios[0]?.strategy.name ?? scenario.strategy.name,
			metrics: metricsOf(differencesOf(measured[index + 1] ?? [], base))
		}))
	};
}

function strategyReport(
	scenario: Scenario,
	seeds: readonly number[],
	runs: readonly Run[],
	estimates: Estimates
): StrategyReport {
	const settled = runs.map(({ settledMs }) => settledMs ?? Infinity);
	const latest = Math.max(...settled);
	return {
		strategy: scenario.strategy.name,
		knobs: scenario.strategy.knobs,
		seeds,
		warmUpMs: scenario.warmUpMs,
		durationMs: scenario.durationMs,
		n: runs.reduce((sum, { summary }) => sum + summary.ok + summary.failed, 0),
		settledMs: Number.isFinite(latest) ? latest : null,
		offeredLoad: offeredLoad(scenario) ?? null,
		diverged: runs.filter(({ diverged }) => diverged).length,
		metrics: metricsOf(estimates),
		runs: runs.map(({ summary }) => summary)
	};
}

function metricsOf(estimates: Estimates): Record<FigureName, Metric> {
	return Object.fromEntries(
		figures.map(({ name, unit }) => [name, metricOf(unit, estimates[name])])
	) as Record<FigureName, Metric>;
}

function metricOf(unit: Figure['unit'], { value, halfWidth, groups, doubt }: Estimate): Metric {
	return {
		unit,
		value: Number.isNaN(value) ? null : value === Infinity ? 'never' : value,
		halfWidth: Number.isFinite(halfWidth) ? halfWidth : null,
		groups,
		...(doubt && { doubt })
	};
}
