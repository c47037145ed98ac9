import type { Millis } from '#balancer/strategy.ts';

/** Values in the finest batch, as White's rule for the warm-up (MSER-5) takes them. */
const finest = 5;
/** When so many batches are full, neighbours are merged: there are 256 to 512 of them, however long the series. */
const most = 512;

/**
 * A series of any length in 12 kB: the sums of batches of equal size, which doubles as the series grows. Adding a
 * value costs two additions.
 */
export class Series {
	/** Values in a batch. */
	size = finest;
	/** Full batches. */
	batches = 0;
	#sums = new Float64Array(most);
	#squares = new Float64Array(most);
	#ends = new Float64Array(most);
	#sum = NaN;
	#square = NaN;
	#open = 0;

	constructor() {
		// Born as NaN they may hold fractions at once.
		this.#sum = this.#square = 0;
	}

	/** `at` never goes back. */
	add(value: number, at: Millis): void {
		this.#sum += value;
		this.#square += value * value;
		if (++this.#open === this.size) this.#close(at);
	}

	/** The mean of each batch. */
	means(): Float64Array {
		return this.#sums.subarray(0, this.batches).map((sum) => sum / this.size);
	}

	/** Variance of the single values in the batches from `from` on. */
	variance(from: number): number {
		const n = (this.batches - from) * this.size;
		const mean = total(this.#sums.subarray(from, this.batches)) / n;
		return Math.max(0, total(this.#squares.subarray(from, this.batches)) / n - mean * mean);
	}

	/** When a batch was full. */
	endOf(batch: number): Millis {
		return this.#ends[batch] ?? NaN;
	}

	/** The first batch that began at or after `at`; the number of batches when none did. */
	firstFrom(at: Millis): number {
		if (at <= 0) return 0;
		let batch = 1;
		while (batch <= this.batches && (this.#ends[batch - 1] ?? 0) < at) batch++;
		return Math.min(batch, this.batches);
	}

	#close(at: Millis): void {
		this.#sums[this.batches] = this.#sum;
		this.#squares[this.batches] = this.#square;
		this.#ends[this.batches] = at;
		this.#sum = 0;
		this.#square = 0;
		this.#open = 0;
		if (++this.batches === most) this.#merge();
	}

	#merge(): void {
		const [sums, squares, ends] = [this.#sums, this.#squares, this.#ends];
		for (let i = 0; i < most / 2; i++) {
			sums[i] = (sums[2 * i] ?? 0) + (sums[2 * i + 1] ?? 0);
			squares[i] = (squares[2 * i] ?? 0) + (squares[2 * i + 1] ?? 0);
			ends[i] = ends[2 * i + 1] ?? 0;
		}
		this.batches = most / 2;
		this.size *= 2;
	}
}

function total(values: Float64Array): number {
	return values.reduce((sum, value) => sum + value, 0);
}
