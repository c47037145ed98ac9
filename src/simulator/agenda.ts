import { longerBy } from './memory.ts';

/**
 * The events to come, taken in the order of (time, sequence): those planned for one instant happen in the order
 * they were planned in, which a bare heap would not promise. A 4-ary heap over parallel arrays of numbers, so no object
 * is made for an event: `what` says to its owner what is to happen to whom, and `stamp` whether that still holds.
 *
 * Two things make it fast. Whoever takes an event usually plans another: the top stays a hole until then, and the new
 * event sinks from there. And beyond the last entry times are infinite, so four children are compared
 * without a branch that a processor could guess wrong.
 */
export class Agenda {
	// By place in the heap; three more than fit, for the children of the last parent.
	#times = new Float64Array(64 + 3).fill(Infinity);
	#sequences = new Uint32Array(64 + 3);
	#whats = new Int32Array(64);
	#stamps = new Int32Array(64);
	/** Entries in the heap, the hole included. */
	#size = 0;
	#hole = false;
	#sequence: number;
	#due = NaN;

	/** What is due later is not taken; finite. */
	until = NaN;
	/** The event taken last. */
	time = NaN;
	what = 0;
	/** Compare it with the subject's own: an event whose stamp is old was called off. */
	stamp = 0;

	/** `sequence`: how many events there have been before, for tests. */
	constructor(sequence = 0) {
		this.#sequence = sequence;
	}

	/** When the next event is due; Infinity when nothing is planned. */
	get next(): number {
		if (this.#hole) this.#fill();
		return this.#times[0] ?? Infinity;
	}

	get size(): number {
		return this.#hole ? this.#size - 1 : this.#size;
	}

	/** When the event is due that is planned next. A fraction handed over in a call is allocated, but where the call is so small as this. */
	at(time: number): this {
		this.#due = time;
		return this;
	}

	/** `what` and `stamp` are whole numbers of 32 bits; for when, see `at`. */
	plan(what: number, stamp: number): void {
		const place = this.#hole ? 0 : this.#size++;
		if (place === this.#whats.length) this.#grow();
		if (this.#sequence === 2 ** 32) this.#countAnew();
		this.#hole = false;
		this.#times[place] = this.#due;
		this.#sequences[place] = this.#sequence++;
		this.#whats[place] = what;
		this.#stamps[place] = stamp;
		if (place === 0) this.#sink();
		else this.#rise(place);
	}

	/** Take the next event off into `time`, `what` and `stamp`, if there is one that is due by `until`. */
	take(): boolean {
		if (this.#hole) this.#fill();
		const time = this.#times[0] ?? Infinity;
		if (time > this.until) return false;
		this.time = time;
		this.what = this.#whats[0] ?? 0;
		this.stamp = this.#stamps[0] ?? 0;
		this.#hole = true;
		return true;
	}

	/** Nothing was planned in place of the event taken: the last one takes its place and sinks. */
	#fill(): void {
		this.#hole = false;
		const last = --this.#size;
		this.#move(last, 0);
		this.#times[last] = Infinity;
		this.#sink();
	}

	/** The entry at the top goes down to its place. */
	#sink(): void {
		const times = this.#times;
		const sequences = this.#sequences;
		const size = this.#size;
		if (size < 2) return;
		const whats = this.#whats;
		const stamps = this.#stamps;
		const time = times[0] ?? 0;
		const sequence = sequences[0] ?? 0;
		const what = whats[0] ?? 0;
		const stamp = stamps[0] ?? 0;
		let hole = 0;
		for (let first = 1; first < size; first = 4 * hole + 1) {
			const a = first + before(times, sequences, first + 1, first);
			const b = first + 2 + before(times, sequences, first + 3, first + 2);
			const least = a + (b - a) * before(times, sequences, b, a);
			const leastTime = times[least] ?? Infinity;
			if (leastTime > time || (leastTime === time && (sequences[least] ?? 0) > sequence)) break;
			times[hole] = leastTime;
			sequences[hole] = sequences[least] ?? 0;
			whats[hole] = whats[least] ?? 0;
			stamps[hole] = stamps[least] ?? 0;
			hole = least;
		}
		times[hole] = time;
		sequences[hole] = sequence;
		whats[hole] = what;
		stamps[hole] = stamp;
	}

	/** The entry there goes up to its place. A new event has the highest sequence, so it rises past strictly later ones only. */
	#rise(from: number): void {
		const times = this.#times;
		const time = times[from] ?? 0;
		if ((times[(from - 1) >> 2] ?? 0) <= time) return;
		const sequence = this.#sequences[from] ?? 0;
		const what = this.#whats[from] ?? 0;
		const stamp = this.#stamps[from] ?? 0;
		let hole = from;
		while (hole > 0) {
			const parent = (hole - 1) >> 2;
			if ((times[parent] ?? 0) <= time) break;
			this.#move(parent, hole);
			hole = parent;
		}
		times[hole] = time;
		this.#sequences[hole] = sequence;
		this.#whats[hole] = what;
		this.#stamps[hole] = stamp;
	}

	#move(from: number, to: number): void {
		this.#times[to] = this.#times[from] ?? 0;
		this.#sequences[to] = this.#sequences[from] ?? 0;
		this.#whats[to] = this.#whats[from] ?? 0;
		this.#stamps[to] = this.#stamps[from] ?? 0;
	}

	/** After four milliards of events: those that are still to come keep their order. */
	#countAnew(): void {
		const sequences = this.#sequences;
		const order = Array.from({ length: this.#size }, (_, place) => place);
		order.sort((one, other) => (sequences[one] ?? 0) - (sequences[other] ?? 0));
		for (const [sequence, place] of order.entries()) sequences[place] = sequence;
		this.#sequence = order.length;
	}

	#grow(): void {
		const { length } = this.#whats;
		const more = length + longerBy(length);
		this.#times = longer(this.#times, new Float64Array(more + 3).fill(Infinity));
		this.#sequences = longer(this.#sequences, new Uint32Array(more + 3));
		this.#whats = longer(this.#whats, new Int32Array(more));
		this.#stamps = longer(this.#stamps, new Int32Array(more));
	}
}

/** 1 when the entry at `one` comes before the one at `other`, else 0. */
function before(times: Float64Array, sequences: Uint32Array, one: number, other: number): number {
	const time = times[one] ?? 0;
	const otherTime = times[other] ?? 0;
	return (
		Number(time < otherTime) |
		(Number(time === otherTime) & Number((sequences[one] ?? 0) < (sequences[other] ?? 0)))
	);
}

interface Numbers extends ArrayLike<number> {
	set(from: ArrayLike<number>): void;
}

function longer<A extends Numbers>(old: A, empty: A): A {
	empty.set(old);
	return empty;
}
