import type { Scenario } from '#simulator/scenario.ts';
import type { RunResult } from '#simulator/sweep.worker.ts';
import { bandsOf, type Bands } from './bands.ts';

/** How often the whole run is had again. */
export const seedCount = 20;
/** More requests than this, in all, are run only when somebody asks for them. */
const mostByItself = 3_000_000;

/** Background runs of what is on the page, with other seeds: how much of what one sees is luck. */
export class Luck {
	/** For each lane, the results that are in, in the order of the seeds. */
	lanes = $state.raw<readonly (readonly RunResult[])[]>([]);
	bands = $state.raw<readonly (Bands | undefined)[]>([]);
	busy = $state(false);
	trouble = $state('');
	#stop: AbortController | undefined;

	/** Seeds that are in for every lane. */
	get done(): number {
		return this.lanes.length === 0 ? 0 : Math.min(...this.lanes.map(({ length }) => length));
	}

	/** What was known is of another run now. */
	forget(): void {
		this.rest();
		this.lanes = [];
		this.bands = [];
		this.trouble = '';
	}

	/** Go no further for now; what is in stays. */
	rest(): void {
		this.#stop?.abort();
		this.#stop = undefined;
		this.busy = false;
	}

	/** Go on with the seeds that are not in yet; nothing when all are, or when it would be too much to do unasked. */
	async begin(scenarios: readonly Scenario[], asked = false): Promise<void> {
		const from = this.done;
		if (this.busy || from >= seedCount || this.trouble !== '') return;
		if (!asked && requestsOf(scenarios) > mostByItself) return;
		const stop = (this.#stop = new AbortController());
		this.busy = true;
		// Seed by seed, so that lanes can be compared before all are in.
		const tasks = Array.from({ length: seedCount - from }, (_, i) => from + i).flatMap((index) =>
			scenarios.map((scenario) => ({ kind: 'run' as const, scenario, seed: scenario.seed + index }))
		);
		const known = scenarios.map((_, lane) => (this.lanes[lane] ?? []).slice(0, from));
		try {
			// Not before the page answers.
			const { sweep } = await import('#simulator/sweep.ts');
			await sweep(tasks, {
				signal: stop.signal,
				// One worker works off its tasks in their order.
				heard: (result, index) => {
					known[index % scenarios.length]?.push(result);
					if ((index + 1) % scenarios.length > 0) return;
					this.lanes = known.map((runs) => [...runs]);
					this.bands = this.lanes.map((runs) =>
						runs.length < 2 ? undefined : bandsOf(runs.map(({ percentiles }) => percentiles))
					);
				}
			});
		} catch (error) {
			if (!stop.signal.aborted) this.trouble = (error as Error).message;
		} finally {
			if (this.#stop === stop) this.busy = false;
		}
	}
}

function requestsOf(scenarios: readonly Scenario[]): number {
	return scenarios.reduce(
		(sum, { traffic, durationMs }) => sum + (seedCount * traffic.perSecond * durationMs) / 1000,
		0
	);
}
