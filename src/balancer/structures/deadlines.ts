/**
 * Earliest deadline first: places that come round as often as their weights say. Each has a deadline, the soonest is
 * next, and then its new deadline lies 1/weight further on. Who was put in first is first among equals; without that the
 * order drifts. A binary heap in typed arrays, O(log n) a turn. The weight may differ from turn to turn.
 */
export class Deadlines {
	/** Places, heaped by deadline and then by turn. */
	readonly #heap: Uint32Array;
	readonly #due: Float64Array;
	/** The turn at which each was put in; it orders equals. */
	readonly #entered: Float64Array;
	#turns: number;

	constructor(weights: readonly number[]) {
		this.#heap = Uint32Array.from(weights, (_, place) => place);
		this.#due = Float64Array.from(weights, (weight) => 1 / weight);
		this.#entered = Float64Array.from(weights, (_, place) => place);
		this.#turns = weights.length;
		for (let at = weights.length >> 1; at >= 0; at--) this.#sink(at);
	}

	/** The place whose turn it is; it stays so until it is put off. */
	get next(): number {
		return this.#heap[0] ?? 0;
	}

	/** When the turn of a place is due; every deadline of its own counts on from this. */
	dueOf(place: number): number {
		return this.#due[place] ?? 0;
	}

	/** Put the next one off, by 1/weight from its deadline: that is what time it is now. */
	putOff(weight: number): void {
		const place = this.next;
		this.#due[place] = (this.#due[place] ?? 0) + 1 / weight;
		this.#entered[place] = this.#turns++;
		this.#sink(0);
	}

	#sink(from: number): void {
		const heap = this.#heap;
		const place = heap[from] ?? 0;
		let at = from;
		for (;;) {
			let child = 2 * at + 1;
			if (child >= heap.length) break;
			if (child + 1 < heap.length && this.#before(heap[child + 1] ?? 0, heap[child] ?? 0)) child++;
			const lower = heap[child] ?? 0;
			if (!this.#before(lower, place)) break;
			heap[at] = lower;
			at = child;
		}
		if (at < heap.length) heap[at] = place;
	}

	#before(a: number, b: number): boolean {
		const dueA = this.#due[a] ?? 0;
		const dueB = this.#due[b] ?? 0;
		return dueA < dueB || (dueA === dueB && (this.#entered[a] ?? 0) < (this.#entered[b] ?? 0));
	}
}
