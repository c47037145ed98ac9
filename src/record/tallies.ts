import type { Millis } from '#balancer/strategy.ts';

/** One backend's share, attempt by attempt and over the whole run: `ok` and `failed` sum to `picked` once all have ended. */
export interface BackendTally {
	readonly picked: number;
	readonly ok: number;
	readonly failed: number;
	/** Worker time spent on requests that finished; only the simulator knows it. */
	readonly busyMs: Millis;
}

/**
 * Where a share's numbers stand in its row of eight words, half a line of a processor's cache: among ten thousand backends
 * each further stretch of memory is a wait, so whatever is counted of one stands side by side.
 */
const words = 8;
export const picked = 0;
export const ok = 1;
export const failed = 2;
/** A fraction, so two words. */
export const busyMs = 4;

/** All backends' shares, each a row that is known by the backend's number. */
export class Tallies {
	wholes = new Int32Array(8 * words);
	fractions = new Float64Array(this.wholes.buffer);
	#count = 0;

	/** The number of one more. */
	add(): number {
		if (this.#count * words === this.wholes.length) this.#grow();
		return this.#count++;
	}

	/** One more of a backend's: `which` is `picked`, `ok` or `failed`. */
	count(backend: number, which: number): void {
		const { wholes } = this;
		const place = backend * words + which;
		wholes[place] = (wholes[place] ?? 0) + 1;
	}

	/** A worker of a backend's was busy. */
	countBusy(backend: number, ms: Millis): void {
		const { fractions } = this;
		const place = (backend * words + busyMs) >> 1;
		fractions[place] = (fractions[place] ?? 0) + ms;
	}

	/** How often, see `count`. */
	of(backend: number, which: number): number {
		return this.wholes[backend * words + which] ?? 0;
	}

	busyMsOf(backend: number): Millis {
		return this.fractions[(backend * words + busyMs) >> 1] ?? 0;
	}

	/** One of them, as it stands whenever it is looked at. */
	view(backend: number): BackendTally {
		return new View(this, backend);
	}

	/** The largest part of all picks; NaN where nothing was picked. */
	get busiestShare(): number {
		let most = 0;
		let all = 0;
		for (let backend = 0; backend < this.#count; backend++) {
			const one = this.of(backend, picked);
			most = Math.max(most, one);
			all += one;
		}
		return most / all;
	}

	#grow(): void {
		const { wholes } = this;
		this.wholes = new Int32Array(2 * wholes.length);
		this.wholes.set(wholes);
		this.fractions = new Float64Array(this.wholes.buffer);
	}
}

class View implements BackendTally {
	#tallies: Tallies;
	#backend: number;

	constructor(tallies: Tallies, backend: number) {
		this.#tallies = tallies;
		this.#backend = backend;
	}

	get picked(): number {
		return this.#tallies.of(this.#backend, picked);
	}

	get ok(): number {
		return this.#tallies.of(this.#backend, ok);
	}

	get failed(): number {
		return this.#tallies.of(this.#backend, failed);
	}

	get busyMs(): Millis {
		return this.#tallies.busyMsOf(this.#backend);
	}
}
