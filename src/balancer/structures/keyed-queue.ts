/** Something that stands in a queue, or in none. */
export interface Queued {
	/** Who has the smallest is first. */
	key: number;
	/** Set by the queue: when it came in, to order those of equal keys; kept after it left. */
	turn: number;
	/** Set by the queue: where in its heap; −1 outside. */
	place: number;
}

/**
 * First the smallest key, among equals whoever came in first: a binary heap that knows where each of its items is, so
 * that any of them can leave. O(log n) in and out, O(1) to see the first, no allocation.
 */
export class KeyedQueue<Item extends Queued> {
	#heap: Item[] = [];

	get size(): number {
		return this.#heap.length;
	}

	first(): Item | undefined {
		return this.#heap[0];
	}

	/** Behind its equals; one that is in this queue already moves. It must not be in another. */
	add(item: Item, key: number): void {
		item.key = key;
		item.turn = nextTurn++;
		if (this.#has(item)) this.#settle(item, item.place);
		else this.restore(item);
	}

	/** Put back one that was removed, where it would be had it stayed. */
	restore(item: Item): void {
		this.#heap.push(item);
		this.#rise(item, this.#heap.length - 1);
	}

	/** Nothing happens when it is not in this queue. */
	remove(item: Item): void {
		if (!this.#has(item)) return;
		const { place } = item;
		item.place = -1;
		const last = this.#heap.pop();
		if (last !== undefined && last !== item) this.#settle(last, place);
	}

	clear(): void {
		for (const item of this.#heap) item.place = -1;
		this.#heap = [];
	}

	#has(item: Item): boolean {
		return item.place >= 0 && this.#heap[item.place] === item;
	}

	#settle(item: Item, place: number): void {
		if (place > 0 && isBefore(item, this.#heap[(place - 1) >> 1])) this.#rise(item, place);
		else this.#sink(item, place);
	}

	#rise(item: Item, from: number): void {
		const heap = this.#heap;
		let place = from;
		while (place > 0) {
			const above = (place - 1) >> 1;
			const parent = heap[above];
			if (parent === undefined || !isBefore(item, parent)) break;
			heap[place] = parent;
			parent.place = place;
			place = above;
		}
		heap[place] = item;
		item.place = place;
	}

	#sink(item: Item, from: number): void {
		const heap = this.#heap;
		let place = from;
		for (;;) {
			let below = 2 * place + 1;
			let child = heap[below];
			if (child === undefined) break;
			const right = heap[below + 1];
			if (right !== undefined && isBefore(right, child)) {
				child = right;
				below++;
			}
			if (!isBefore(child, item)) break;
			heap[place] = child;
			child.place = place;
			place = below;
		}
		heap[place] = item;
		item.place = place;
	}
}

/** One count for all queues, so that an item may move between them. */
let nextTurn = 0;

function isBefore(a: Queued, b: Queued | undefined): boolean {
	return b !== undefined && (a.key < b.key || (a.key === b.key && a.turn < b.turn));
}
