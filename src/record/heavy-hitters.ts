const remembered = 256;
const fewest = 64;
/** Of the latest requests, and many times what would be its share if all sent alike. */
const giantShare = 0.2;
const timesItsShare = 4;

/** Who sends far more than its share of the latest 256 requests: by counting, so that any world's clients can be judged. */
export class HeavyHitters {
	#latest: string[] = [];
	#next = 0;
	#counts = new Map<string, number>();

	add(key: string): void {
		const forgotten = this.#latest[this.#next];
		if (forgotten !== undefined) {
			const left = (this.#counts.get(forgotten) ?? 1) - 1;
			if (left === 0) this.#counts.delete(forgotten);
			else this.#counts.set(forgotten, left);
		}
		this.#latest[this.#next] = key;
		this.#next = (this.#next + 1) % remembered;
		this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
	}

	/** One that knows the same, and goes its own way from here. */
	copy(): HeavyHitters {
		const copy = new HeavyHitters();
		copy.#latest = this.#latest.slice();
		copy.#next = this.#next;
		copy.#counts = new Map(this.#counts);
		return copy;
	}

	/** False while there is too little to judge by, and where a few clients are all there are. */
	isGiant(key: string): boolean {
		const sent = this.#latest.length;
		const own = this.#counts.get(key) ?? 0;
		return sent >= fewest && own >= giantShare * sent && own >= (timesItsShare * sent) / this.#counts.size;
	}
}
