import type { Millis } from '#balancer/strategy.ts';
import { none } from './memory.ts';

/**
 * Timers that all wait equally long, as timeouts do: whoever began first is due first, so a ring in that order
 * serves, and only its head needs a place on the agenda. One that was called off (its row's mark is another)
 * is passed over when it comes to the head.
 */
export class TimerLine {
	readonly wait: Millis;
	/** Whether somebody will ask at `next`: its owner's note, that it need not be planned twice. */
	isAwaited = false;
	#due = new Float64Array(64);
	#marks = new Int32Array(64);
	#rows = new Int32Array(64);
	#markOf: (row: number) => number;
	#first = 0;
	#count = 0;
	#now: Millis = NaN;

	/** `markOf` says which of a row's waits is the current one. */
	constructor(wait: Millis, markOf: (row: number) => number) {
		this.wait = wait;
		this.#markOf = markOf;
	}

	/** When the head is due, called off or not; Infinity when nobody waits. */
	get next(): Millis {
		return this.#count === 0 ? Infinity : (this.#due[this.#first] ?? Infinity);
	}

	/** When the one begins that starts next. A fraction handed over in a call is allocated, but where the call is so small as this. */
	at(now: Millis): this {
		this.#now = now;
		return this;
	}

	/** It waits from then on; see `at`. */
	start(row: number): void {
		if (this.#count === this.#due.length) this.#grow();
		const place = (this.#first + this.#count++) & (this.#due.length - 1);
		this.#due[place] = this.#now + this.wait;
		this.#marks[place] = this.#markOf(row);
		this.#rows[place] = row;
	}

	/** Whose time is up now, one at a time; `none` when nobody's is. Those called off that come next are forgotten early. */
	ring(now: Millis): number {
		while (this.#count > 0) {
			const place = this.#first;
			const row = this.#rows[place] ?? none;
			const waits = this.#markOf(row) === this.#marks[place];
			if (waits && this.next > now) return none;
			this.#first = (place + 1) & (this.#due.length - 1);
			this.#count--;
			if (waits) return row;
		}
		return none;
	}

	#grow(): void {
		const length = this.#due.length;
		const due = new Float64Array(2 * length);
		const marks = new Int32Array(2 * length);
		const rows = new Int32Array(2 * length);
		for (let i = 0; i < this.#count; i++) {
			const place = (this.#first + i) & (length - 1);
			due[i] = this.#due[place] ?? 0;
			marks[i] = this.#marks[place] ?? 0;
			rows[i] = this.#rows[place] ?? none;
		}
		this.#due = due;
		this.#marks = marks;
		this.#rows = rows;
		this.#first = 0;
	}
}
