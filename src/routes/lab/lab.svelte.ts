import type { Estimate } from '#record/estimate/estimate.ts';
import { InputError } from '#record/input.ts';
import { cellsOf, placesOf, precisionOf, type Grid } from '#simulator/grid.ts';
import type { Measured } from '#simulator/precision.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { sweep } from '#simulator/sweep.ts';

/** What a finished sweep took. */
export interface Bill {
	readonly cells: number;
	readonly requests: number;
	readonly seconds: number;
	readonly workers: number;
	/** Places that are known less well than was asked, because that would have taken too many requests. */
	readonly rough: number;
}

/** One sweep at a time, its results as they come. */
export class Lab {
	/** Of which sweep the results are. */
	grid = $state.raw<Grid | undefined>();
	places = $state.raw<readonly number[]>([]);
	/** Line by line; missing while they are still to come. */
	results = $state.raw<readonly (Measured | undefined)[]>([]);
	done = $state(0);
	busy = $state(false);
	bill = $state.raw<Bill | undefined>();
	trouble = $state('');
	#stop: AbortController | undefined;

	get total(): number {
		return this.results.length;
	}

	async run(scenario: Scenario, grid: Grid): Promise<void> {
		this.cancel();
		let cells: ReturnType<typeof cellsOf>;
		try {
			cells = cellsOf(scenario, grid);
		} catch (error) {
			if (!(error instanceof InputError)) throw error;
			this.trouble = error.first;
			return;
		}
		const stop = (this.#stop = new AbortController());
		const workers = Math.max(1, Math.min(4, navigator.hardwareConcurrency));
		const began = performance.now();
		this.trouble = '';
		this.bill = undefined;
		this.grid = grid;
		this.places = placesOf(grid.across, scenario);
		this.results = cells.map(() => undefined);
		this.done = 0;
		this.busy = true;
		const tasks = cells.map((cell) => ({
			kind: 'measure' as const,
			scenario: cell.scenario,
			precision: precisionOf(grid)
		}));
		try {
			const all = await sweep(tasks, {
				workers,
				signal: stop.signal,
				heard: (result, index, done) => {
					this.results = this.results.with(index, result);
					this.done = done;
				}
			});
			this.bill = {
				cells: all.length,
				requests: all.reduce((sum, { requests }) => sum + requests, 0),
				seconds: (performance.now() - began) / 1000,
				workers,
				rough: all.filter(({ estimates }) => isRough(estimates[grid.figure], grid.within)).length
			};
		} catch (error) {
			if (!stop.signal.aborted) this.trouble = (error as Error).message;
		} finally {
			if (this.#stop === stop) this.busy = false;
		}
	}

	/** What has come so far stays. */
	cancel(): void {
		this.#stop?.abort();
		this.#stop = undefined;
		this.busy = false;
	}
}

function isRough({ value, halfWidth, doubt }: Estimate, within: number): boolean {
	return doubt === undefined && halfWidth > within * Math.abs(value);
}
