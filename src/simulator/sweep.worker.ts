import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';
import { summaryOf, type Summary } from './summary.ts';

/** One task: a scenario and the seeds to run it with. */
export interface SweepTask {
	readonly id: number;
	readonly scenario: Scenario;
	readonly seeds: readonly number[];
}

/** The answer to a task, seed by seed as they come. */
export interface SweepResult {
	readonly id: number;
	readonly summary: Summary;
}

addEventListener('message', ({ data: { id, scenario, seeds } }: MessageEvent<SweepTask>) => {
	for (const seed of seeds) {
		postMessage({ id, summary: summaryOf(simulate(scenario, seed)) } satisfies SweepResult);
	}
});
