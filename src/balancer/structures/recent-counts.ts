/** The last so many counts, tallied by size, so that a quantile of them is a short walk up from 0. */
export class RecentCounts {
	/** In the order they came, going round. */
	readonly #came: Uint32Array;
	/** How many there are of each count. */
	readonly #tally: number[] = [];
	#seen = 0;

	constructor(most: number) {
		this.#came = new Uint32Array(most);
	}

	/** O(1). */
	add(count: number): void {
		const place = this.#seen % this.#came.length;
		const oldest = this.#came[place] ?? 0;
		if (this.#seen++ >= this.#came.length) this.#tally[oldest] = (this.#tally[oldest] ?? 0) - 1;
		while (this.#tally.length <= count) this.#tally.push(0);
		this.#tally[count] = (this.#tally[count] ?? 0) + 1;
		this.#came[place] = count;
	}

	/** The least count that exceeds this share of the others, 0 for none of them and 1 for all: O(that count). */
	quantile(share: number): number {
		let left = Math.ceil(share * (Math.min(this.#seen, this.#came.length) - 1));
		let count = 0;
		for (; count < this.#tally.length; count++) {
			left -= this.#tally[count] ?? 0;
			if (left < 0) break;
		}
		return count;
	}
}
