import type { Millis } from '#balancer/strategy.ts';

/** One backend's share, attempt by attempt and over the whole run: `ok` and `failed` sum to `picked` once all have ended. */
export interface BackendTally {
	readonly picked: number;
	readonly ok: number;
	readonly failed: number;
	/** Worker time spent on requests that finished; only the simulator knows it. */
	readonly busyMs: Millis;
}

/** All backends' shares by number, in columns: among ten thousand an object for each would be far from the next. */
export class Tallies {
	picked = new Int32Array(8);
	ok = new Int32Array(8);
	failed = new Int32Array(8);
	busyMs = new Float64Array(8);
	#count = 0;

	/** The number of one more. */
	add(): number {
		if (this.#count === this.picked.length) this.#grow();
		return this.#count++;
	}

	/** One of them, as it stands whenever it is looked at. */
	view(number: number): BackendTally {
		return new View(this, number);
	}

	/** The largest part of all picks; NaN where nothing was picked. */
	get busiestShare(): number {
		let most = 0;
		let all = 0;
		for (let number = 0; number < this.#count; number++) {
			const picked = this.picked[number] ?? 0;
			most = Math.max(most, picked);
			all += picked;
		}
		return most / all;
	}

	#grow(): void {
		const longer = <A extends Int32Array | Float64Array>(column: A, made: A): A => {
			made.set(column);
			return made;
		};
		const length = 2 * this.#count;
		this.picked = longer(this.picked, new Int32Array(length));
		this.ok = longer(this.ok, new Int32Array(length));
		this.failed = longer(this.failed, new Int32Array(length));
		this.busyMs = longer(this.busyMs, new Float64Array(length));
	}
}

class View implements BackendTally {
	#tallies: Tallies;
	#number: number;

	constructor(tallies: Tallies, number: number) {
		this.#tallies = tallies;
		this.#number = number;
	}

	get picked(): number {
		return this.#tallies.picked[this.#number] ?? 0;
	}

	get ok(): number {
		return this.#tallies.ok[this.#number] ?? 0;
	}

	get failed(): number {
		return this.#tallies.failed[this.#number] ?? 0;
	}

	get busyMs(): Millis {
		return this.#tallies.busyMs[this.#number] ?? 0;
	}
}
