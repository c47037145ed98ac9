import type { SweepAnswer, SweepResult, SweepTask, TaskMessage } from './sweep.worker.ts';

export interface SweepOptions<T extends SweepTask> {
	/** How many tasks are worked on at once, 1 unless told; each worker is a thread of its own. */
	readonly workers?: number;
	/** Told each result as it comes, in any order, and which task of the list it belongs to. */
	readonly heard?: (result: SweepResult<T>, index: number, done: number) => void;
	/** Aborting ends the workers at once. */
	readonly signal?: AbortSignal;
}

/**
 * Work through tasks away from the page's thread; whoever is free takes the next one. @returns the results in the
 * order of the tasks. Rejects with an AbortError when it was stopped, with the worker's error when one failed.
 */
export async function sweep<T extends SweepTask>(
	tasks: readonly T[],
	{ workers = 1, heard, signal }: SweepOptions<T> = {}
): Promise<SweepResult<T>[]> {
	const results = new Array<SweepResult<T>>(tasks.length);
	const crew = Array.from(
		{ length: Math.min(workers, tasks.length) },
		() => new Worker(new URL('./sweep.worker.ts', import.meta.url), { type: 'module' })
	);
	let next = 0;
	let done = 0;
	const work = (worker: Worker): Promise<void> =>
		new Promise((resolve, reject) => {
			const handOut = (): void => {
				const task = tasks[next];
				if (task === undefined) resolve();
				else worker.postMessage({ id: next++, task } satisfies TaskMessage);
			};
			signal?.addEventListener('abort', () => {
				reject(new DOMException('The sweep was stopped.', 'AbortError'));
			});
			worker.addEventListener('error', (event) => {
				reject(new Error(`The simulation's worker failed: ${event.message}`));
			});
			worker.addEventListener('message', ({ data: { id, result } }: MessageEvent<SweepAnswer>) => {
				const own = result as SweepResult<T>;
				results[id] = own;
				heard?.(own, id, ++done);
				handOut();
			});
			handOut();
		});
	try {
		signal?.throwIfAborted();
		await Promise.all(crew.map(work));
		return results;
	} finally {
		for (const worker of crew) worker.terminate();
	}
}
