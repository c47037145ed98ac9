/** What one server has in hand: `busy` of its `workers`, and `waiting` of at most `queue`. */
export interface Load {
	readonly id: string;
	readonly busy: number;
	readonly workers: number;
	readonly waiting: number;
	/** Slots; Infinity for a queue without end. */
	readonly queue: number;
	/** In a word, when it is not simply up: `stopped`, `draining`. */
	readonly note?: string;
}

/** Lengths as parts of the bar's whole width, 0 to 1. */
export interface Bar {
	readonly busy: number;
	readonly workers: number;
	readonly waiting: number;
	/** The queue's end; missing where it lies beyond the bar. */
	readonly full?: number;
	readonly words: string;
}

/**
 * All bars on one scale, so that their lengths compare: the scale holds every worker, and the longest queue there
 * is or, if queues are short, may be.
 */
export function barsOf(loads: readonly Load[]): Bar[] {
	const shown = Math.max(
		1,
		...loads.map(({ workers, waiting, queue }) => workers + Math.max(waiting, Math.min(queue, 2 * workers)))
	);
	return loads.map(({ busy, workers, waiting, queue, note }) => {
		const end = workers + queue;
		return {
			busy: busy / shown,
			workers: workers / shown,
			waiting: waiting / shown,
			...(end <= shown && { full: end / shown }),
			words: [
				note ?? `${String(busy)} of ${String(workers)} busy`,
				`${String(waiting)} waiting${queue > 0 && waiting >= queue ? ', full' : ''}`
			].join(' · ')
		};
	});
}
