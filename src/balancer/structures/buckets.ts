import type { Backend } from '../strategy.ts';

/**
 * Places of a list in order of how many requests each has in flight, kept so in O(1) for every one that begins or ends:
 * a place that goes one up changes seats with the last of its bucket, and the border moves by one.
 */
export class Buckets {
	readonly #backends: readonly Backend[];
	readonly #placeOf: ReadonlyMap<Backend, number>;
	/** Places, fewest in flight first; in no order among equals. */
	readonly #order: Uint32Array;
	/** Where each place stands in the order. */
	readonly #seats: Uint32Array;
	/** What was last read of each place. */
	readonly #counts: number[];
	/** How many places have at most so many in flight; all of them beyond its end. */
	readonly #upTo: number[];

	/** Reads all counts: O(n). */
	constructor(backends: readonly Backend[]) {
		this.#backends = backends;
		this.#placeOf = new Map(backends.map((backend, place) => [backend, place]));
		this.#counts = backends.map(({ inflight }) => inflight);
		const sorted = backends.map((_, place) => place).sort((a, b) => this.#count(a) - this.#count(b));
		this.#order = Uint32Array.from(sorted);
		this.#seats = new Uint32Array(backends.length);
		this.#upTo = [];
		sorted.forEach((place, seat) => {
			this.#seats[place] = seat;
			this.#reach(this.#count(place));
			this.#upTo[this.#count(place)] = seat + 1;
		});
	}

	/** How many share the fewest in flight. */
	get tied(): number {
		return this.#upTo[this.#count(this.#order[0] ?? 0)] ?? this.#order.length;
	}

	/** One of those who share the fewest, by a lot from 0 to `tied` − 1. */
	least(lot: number): Backend | undefined {
		return this.#backends[this.#order[lot] ?? 0];
	}

	/** Read again the one whose count has moved; who is not in the list does not matter. */
	reread(backend: Backend): void {
		const place = this.#placeOf.get(backend);
		if (place === undefined) return;
		for (let count = this.#count(place); count < backend.inflight; count++) {
			this.#reach(count + 1);
			const border = (this.#upTo[count] ?? 0) - 1;
			this.#seat(place, border);
			this.#upTo[count] = border;
			this.#counts[place] = count + 1;
		}
		for (let count = this.#count(place); count > backend.inflight; count--) {
			const border = this.#upTo[count - 1] ?? 0;
			this.#seat(place, border);
			this.#upTo[count - 1] = border + 1;
			this.#counts[place] = count - 1;
		}
	}

	#count(place: number): number {
		return this.#counts[place] ?? 0;
	}

	/** Have borders up to this count. */
	#reach(count: number): void {
		while (this.#upTo.length <= count) this.#upTo.push(this.#upTo.at(-1) ?? 0);
	}

	/** Give a place this seat, and whoever sat there the one it had. */
	#seat(place: number, seat: number): void {
		const other = this.#order[seat] ?? place;
		const left = this.#seats[place] ?? seat;
		this.#order[seat] = place;
		this.#order[left] = other;
		this.#seats[place] = seat;
		this.#seats[other] = left;
	}
}
