import { measureTo, type Measured, type Precision } from './precision.ts';
import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';
import { summaryOf, type Summary } from './summary.ts';

/** One run with a seed: what it amounts to, second by second too. */
export interface RunTask {
	readonly kind: 'run';
	readonly scenario: Scenario;
	readonly seed: number;
}

/** As many runs as it takes to know one figure well enough. */
export interface MeasureTask {
	readonly kind: 'measure';
	readonly scenario: Scenario;
	readonly precision: Precision;
}

export type SweepTask = RunTask | MeasureTask;

export interface RunResult {
	readonly summary: Summary;
	/** For each second that traffic lasted: p50, p95 and p99 of the seconds before it; see `Window`. */
	readonly percentiles: Float64Array;
}

export type SweepResult<T extends SweepTask> = T extends RunTask ? RunResult : Measured;

export interface TaskMessage {
	readonly id: number;
	readonly task: SweepTask;
}

export interface SweepAnswer {
	readonly id: number;
	readonly result: RunResult | Measured;
}

addEventListener('message', ({ data: { id, task } }: MessageEvent<TaskMessage>) => {
	postMessage({ id, result: resultOf(task) } satisfies SweepAnswer);
});

function resultOf(task: SweepTask): RunResult | Measured {
	if (task.kind === 'measure') return measureTo(task.scenario, task.precision);
	const engine = simulate(task.scenario, task.seed);
	const windows = engine.metrics.windows.filter(({ at }) => at <= task.scenario.durationMs);
	return {
		summary: summaryOf(engine),
		percentiles: Float64Array.from(windows.flatMap(({ p50, p95, p99 }) => [p50, p95, p99]))
	};
}
