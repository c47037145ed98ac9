import type { Scenario } from '#simulator/scenario.ts';
import { sweep } from '#simulator/sweep.ts';
import type { RunResult } from '#simulator/sweep.worker.ts';
import { bandsOf, type Bands } from './bands.ts';

/** Background runs of what is on the page, with other seeds: how much of what one sees is luck. */
export class Luck {
	/** For each lane, its results in the order of the seeds; empty until all are in. */
	lanes = $state.raw<readonly (readonly RunResult[])[]>([]);
	bands = $state.raw<readonly (Bands | undefined)[]>([]);
	done = $state(0);
	/** Runs in all while they are on their way, else 0. */
	total = $state(0);
	trouble = $state('');
	#stop: AbortController | undefined;

	/** What was known is of another run now. */
	forget(): void {
		this.#stop?.abort();
		this.#stop = undefined;
		this.lanes = [];
		this.bands = [];
		this.total = this.done = 0;
		this.trouble = '';
	}

	async run(scenarios: readonly Scenario[], seeds: number): Promise<void> {
		this.forget();
		const stop = (this.#stop = new AbortController());
		const tasks = scenarios.flatMap((scenario) =>
			Array.from({ length: seeds }, (_, index) => ({
				kind: 'run' as const,
				scenario,
				seed: scenario.seed + index
			}))
		);
		this.total = tasks.length;
		try {
			const results = await sweep(tasks, {
				signal: stop.signal,
				heard: (_, __, done) => {
					this.done = done;
				}
			});
			this.lanes = scenarios.map((_, lane) => results.slice(lane * seeds, (lane + 1) * seeds));
			this.bands = this.lanes.map((runs) => bandsOf(runs.map(({ percentiles }) => percentiles)));
		} catch (error) {
			if (!stop.signal.aborted) this.trouble = (error as Error).message;
		} finally {
			if (this.#stop === stop) this.total = 0;
		}
	}
}
