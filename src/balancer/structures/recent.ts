/**
 * The last so many numbers, kept in order, so that a median or another quantile is read off at once. A new one takes the
 * seat of the oldest, and those between move up: O(size), and mostly much less.
 */
export class Recent {
	/** In the order they came, going round. */
	readonly #came: Float64Array;
	/** In order of size, as far as there are any. */
	readonly #ranked: Float64Array;
	#next = 0;
	#size = 0;

	constructor(most: number) {
		this.#came = new Float64Array(most);
		this.#ranked = new Float64Array(most);
	}

	/** How many there are. */
	get size(): number {
		return this.#size;
	}

	/** The number of this rank, 0 for the least; 0 where there is none. */
	ranked(rank: number): number {
		return this.#ranked[rank] ?? 0;
	}

	add(number: number): void {
		const ranked = this.#ranked;
		let seat = this.#size;
		if (seat < ranked.length) this.#size++;
		else seat = this.#seatOf(this.#came[this.#next] ?? 0);
		this.#came[this.#next] = number;
		this.#next = (this.#next + 1) % ranked.length;
		for (; seat > 0 && (ranked[seat - 1] ?? 0) > number; seat--) ranked[seat] = ranked[seat - 1] ?? 0;
		for (; seat + 1 < this.#size && (ranked[seat + 1] ?? 0) < number; seat++)
			ranked[seat] = ranked[seat + 1] ?? 0;
		ranked[seat] = number;
	}

	/** The first seat of a number that is there. */
	#seatOf(number: number): number {
		let low = 0;
		let high = this.#size - 1;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.#ranked[middle] ?? 0) < number) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}
