import { BySlot } from './by-slot.ts';
import type { Backend } from '../strategy.ts';

/**
 * Backends of a list in order of how many requests each has in flight, kept so in O(1) for every one that begins or ends:
 * a backend that goes one up changes seats with the last of its bucket, and the border moves by one.
 */
export class Buckets {
	/** Fewest in flight first; in no order among equals. */
	readonly #order: Seat[];
	readonly #seats = new BySlot<Seat>();
	/** How many backends have at most so many in flight, for every count that anyone has had. */
	readonly #upTo: number[] = [];

	/** Reads all counts: O(n log n). */
	constructor(backends: readonly Backend[]) {
		const seats = backends.map((backend) => ({ backend, count: backend.inflight, index: 0 }));
		this.#order = seats.sort((a, b) => a.count - b.count);
		this.#order.forEach((seat, index) => {
			seat.index = index;
			this.#seats.add(seat);
			while (this.#upTo.length <= seat.count) this.#upTo.push(index);
			this.#upTo[seat.count] = index + 1;
		});
	}

	/** How many share the fewest in flight. */
	get tied(): number {
		return this.#upTo[this.#order[0]?.count ?? 0] ?? 0;
	}

	/** One of those who share the fewest, by a lot from 0 to `tied` − 1. */
	least(lot: number): Backend | undefined {
		return this.#order[lot]?.backend;
	}

	/** Read again the one whose count has moved; who is not in the list does not matter. */
	reread(backend: Backend): void {
		const seat = this.#seats.get(backend);
		if (seat === undefined) return;
		while (seat.count !== backend.inflight) this.#step(seat, seat.count < backend.inflight ? 1 : -1);
	}

	/** Over the border to the next bucket: it changes seats with whoever sits at the border, which moves by one. */
	#step(seat: Seat, by: 1 | -1): void {
		const lower = by > 0 ? seat.count : seat.count - 1;
		const border = (this.#upTo[lower] ?? 0) - by;
		this.#upTo[lower] = border;
		seat.count += by;
		if (seat.count === this.#upTo.length) this.#upTo.push(this.#order.length);
		const index = by > 0 ? border : border - 1;
		const other = this.#order[index] ?? seat;
		this.#order[seat.index] = other;
		other.index = seat.index;
		this.#order[index] = seat;
		seat.index = index;
	}
}

interface Seat {
	readonly backend: Backend;
	/** How many it had in flight when it was last read. */
	count: number;
	/** Where in the order it sits. */
	index: number;
}
