/** What to do with whom at an instant of virtual time. */
export type Deed = number;

/**
 * The events to come, taken in the order of (time, sequence): those planned for one instant happen in the order
 * they were planned in, which a bare heap would not promise. A 4-ary heap over parallel arrays, so no object is
 * made for an event; what an event carries stays in its slot while its place in the heap changes.
 *
 * Two things make it fast. Whoever takes an event usually plans another: the top stays a hole until then, and the new
 * event sinks from there. And beyond the last entry times and sequences are infinite, so four children are compared
 * without a branch that a processor could guess wrong.
 */
export class Agenda<Subject> {
	// By place in the heap; three more than fit, for the children of the last parent.
	#times = new Float64Array(64 + 3).fill(Infinity);
	#sequences = new Float64Array(64 + 3).fill(Infinity);
	/** Beyond `#size` stand the slots that are free. */
	#slots = Uint32Array.from({ length: 64 }, (_, slot) => slot);
	// By slot.
	#deeds = new Uint8Array(64);
	#stamps = new Uint32Array(64);
	#subjects: (Subject | undefined)[] = [];
	/** Entries in the heap, the hole included. */
	#size = 0;
	#hole = false;
	#sequence = 0;

	/** The event taken last by `take`. */
	deed: Deed = 0;
	/** Compare it with the subject's own: an event whose stamp is old was called off. */
	stamp = 0;
	subject: Subject | undefined;

	/** When the next event is due; Infinity when nothing is planned. */
	get next(): number {
		if (this.#hole) this.#fill();
		return this.#times[0] ?? Infinity;
	}

	get size(): number {
		return this.#hole ? this.#size - 1 : this.#size;
	}

	plan(time: number, deed: Deed, subject?: Subject, stamp = 0): void {
		if (this.#hole) {
			this.#hole = false;
			const slot = this.#slots[0] ?? 0;
			this.#write(slot, deed, subject, stamp);
			this.#sink(time, this.#sequence++, slot);
			return;
		}
		if (this.#size === this.#slots.length) this.#grow();
		const place = this.#size++;
		const slot = this.#slots[place] ?? 0;
		this.#write(slot, deed, subject, stamp);
		this.#rise(place, time, this.#sequence++, slot);
	}

	/** Take the next event off into `deed`, `subject` and `stamp`. There must be one. */
	take(): void {
		if (this.#hole) this.#fill();
		const slot = this.#slots[0] ?? 0;
		this.deed = this.#deeds[slot] ?? 0;
		this.stamp = this.#stamps[slot] ?? 0;
		this.subject = this.#subjects[slot];
		this.#hole = true;
	}

	/** Nothing was planned in place of the event taken: the last one takes its place and sinks. */
	#fill(): void {
		this.#hole = false;
		const freed = this.#slots[0] ?? 0;
		this.#subjects[freed] = undefined;
		const last = --this.#size;
		const time = this.#times[last] ?? Infinity;
		const slot = this.#slots[last] ?? 0;
		const sequence = this.#sequences[last] ?? 0;
		this.#times[last] = Infinity;
		this.#sequences[last] = Infinity;
		this.#slots[last] = freed;
		if (last > 0) this.#sink(time, sequence, slot);
	}

	/** From the top to its place. */
	#sink(time: number, sequence: number, slot: number): void {
		const times = this.#times;
		const sequences = this.#sequences;
		const slots = this.#slots;
		const size = this.#size;
		let hole = 0;
		for (let first = 1; first < size; first = 4 * hole + 1) {
			const a = first + before(times, sequences, first + 1, first);
			const b = first + 2 + before(times, sequences, first + 3, first + 2);
			const least = a + (b - a) * before(times, sequences, b, a);
			const leastTime = times[least] ?? Infinity;
			if (leastTime > time || (leastTime === time && (sequences[least] ?? 0) > sequence)) break;
			times[hole] = leastTime;
			sequences[hole] = sequences[least] ?? 0;
			slots[hole] = slots[least] ?? 0;
			hole = least;
		}
		times[hole] = time;
		sequences[hole] = sequence;
		slots[hole] = slot;
	}

	/** A new event has the highest sequence, so it rises past strictly later ones only. */
	#rise(from: number, time: number, sequence: number, slot: number): void {
		const times = this.#times;
		const sequences = this.#sequences;
		const slots = this.#slots;
		let hole = from;
		while (hole > 0) {
			const parent = (hole - 1) >> 2;
			const parentTime = times[parent] ?? 0;
			if (parentTime <= time) break;
			times[hole] = parentTime;
			sequences[hole] = sequences[parent] ?? 0;
			slots[hole] = slots[parent] ?? 0;
			hole = parent;
		}
		times[hole] = time;
		sequences[hole] = sequence;
		slots[hole] = slot;
	}

	#write(slot: number, deed: Deed, subject: Subject | undefined, stamp: number): void {
		this.#deeds[slot] = deed;
		this.#stamps[slot] = stamp;
		this.#subjects[slot] = subject;
	}

	#grow(): void {
		const length = this.#slots.length;
		this.#times = longer(this.#times, new Float64Array(2 * length + 3).fill(Infinity));
		this.#sequences = longer(this.#sequences, new Float64Array(2 * length + 3).fill(Infinity));
		this.#slots = longer(this.#slots, new Uint32Array(2 * length));
		for (let slot = length; slot < 2 * length; slot++) this.#slots[slot] = slot;
		this.#deeds = longer(this.#deeds, new Uint8Array(2 * length));
		this.#stamps = longer(this.#stamps, new Uint32Array(2 * length));
	}
}

/** 1 when the entry at `one` comes before the one at `other`, else 0. */
function before(times: Float64Array, sequences: Float64Array, one: number, other: number): number {
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
