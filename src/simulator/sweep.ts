import type { Scenario } from './scenario.ts';
import type { Summary } from './summary.ts';
import type { SweepResult, SweepTask } from './sweep.worker.ts';

/**
 * Run one scenario over several seeds in a worker, away from the page's thread; `heard` is told each run as it
 * is done. Aborting ends the worker. @returns the summaries in the order of the seeds.
 */
export function sweep(
	scenario: Scenario,
	seeds: readonly number[],
	options: { readonly heard?: (summary: Summary) => void; readonly signal?: AbortSignal } = {}
): Promise<Summary[]> {
	const worker = new Worker(new URL('./sweep.worker.ts', import.meta.url), { type: 'module' });
	const summaries: Summary[] = [];
	return new Promise<Summary[]>((resolve, reject) => {
		if (seeds.length === 0) resolve(summaries);
		options.signal?.addEventListener('abort', () => {
			reject(new DOMException('The sweep was stopped.', 'AbortError'));
		});
		worker.addEventListener('error', (event) => {
			reject(new Error(`The simulation's worker failed: ${event.message}`));
		});
		worker.addEventListener('message', ({ data }: MessageEvent<SweepResult>) => {
			summaries.push(data.summary);
			options.heard?.(data.summary);
			if (summaries.length === seeds.length) resolve(summaries);
		});
		worker.postMessage({ id: 0, scenario, seeds } satisfies SweepTask);
	}).finally(() => {
		worker.terminate();
	});
}
