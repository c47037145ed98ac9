/** What to do with whom at an instant of virtual time. */
export type Deed = number;

/**
 * The events to come, taken in the order of (time, sequence): those planned for one instant happen in the order
 * they were planned in, which a bare heap would not promise. A 4-ary heap over parallel arrays, so no object is
 * made for an event; what an event carries stays in its slot while its place in the heap changes.
 */
export class Agenda<Subject> {
	// By place in the heap.
	#times = new Float64Array(64);
	#sequences = new Float64Array(64);
	/** Beyond `#size` stand the slots that are free. */
	#slots = Uint32Array.from({ length: 64 }, (_, slot) => slot);
	// By slot.
	#deeds = new Uint8Array(64);
	#stamps = new Uint32Array(64);
	#subjects: (Subject | undefined)[] = [];
	#size = 0;
	#sequence = 0;

	/** When the next event is due; Infinity when nothing is planned. */
	next = Infinity;

	/** The event taken last by `take`. */
	deed: Deed = 0;
	/** Compare it with the subject's own: an event whose stamp is old was called off. */
	stamp = 0;
	subject: Subject | undefined;

	get size(): number {
		return this.#size;
	}

	plan(time: number, deed: Deed, subject?: Subject, stamp = 0): void {
		if (this.#size === this.#times.length) this.#grow();
		const times = this.#times;
		let hole = this.#size++;
		const slot = this.#slots[hole] ?? 0;
		this.#deeds[slot] = deed;
		this.#stamps[slot] = stamp;
		this.#subjects[slot] = subject;
		// The new event has the highest sequence number, so it rises only past strictly later ones.
		while (hole > 0) {
			const parent = (hole - 1) >> 2;
			if ((times[parent] ?? 0) <= time) break;
			this.#move(parent, hole);
			hole = parent;
		}
		this.#put(hole, time, this.#sequence++, slot);
		if (hole === 0) this.next = time;
	}

	/** Take the next event off into `deed`, `subject` and `stamp`. */
	take(): void {
		const slot = this.#slots[0] ?? 0;
		this.deed = this.#deeds[slot] ?? 0;
		this.stamp = this.#stamps[slot] ?? 0;
		this.subject = this.#subjects[slot];
		this.#subjects[slot] = undefined;
		const last = --this.#size;
		if (last > 0) this.#sink(last);
		this.#slots[last] = slot;
		this.next = last > 0 ? (this.#times[0] ?? Infinity) : Infinity;
	}

	/** Let the entry at `from` sink from the top to its place. */
	#sink(from: number): void {
		const size = this.#size;
		const times = this.#times;
		const sequences = this.#sequences;
		const time = times[from] ?? 0;
		const sequence = sequences[from] ?? 0;
		const slot = this.#slots[from] ?? 0;
		let hole = 0;
		for (;;) {
			const first = 4 * hole + 1;
			if (first >= size) break;
			const end = Math.min(first + 4, size);
			let least = first;
			let leastTime = times[first] ?? 0;
			for (let child = first + 1; child < end; child++) {
				const childTime = times[child] ?? 0;
				if (
					childTime < leastTime ||
					(childTime === leastTime && (sequences[child] ?? 0) < (sequences[least] ?? 0))
				) {
					least = child;
					leastTime = childTime;
				}
			}
			if (leastTime > time || (leastTime === time && (sequences[least] ?? 0) > sequence)) break;
			this.#move(least, hole);
			hole = least;
		}
		this.#put(hole, time, sequence, slot);
	}

	#move(from: number, to: number): void {
		this.#put(to, this.#times[from] ?? 0, this.#sequences[from] ?? 0, this.#slots[from] ?? 0);
	}

	#put(place: number, time: number, sequence: number, slot: number): void {
		this.#times[place] = time;
		this.#sequences[place] = sequence;
		this.#slots[place] = slot;
	}

	#grow(): void {
		const length = this.#times.length;
		this.#times = doubled(this.#times, Float64Array);
		this.#sequences = doubled(this.#sequences, Float64Array);
		this.#slots = doubled(this.#slots, Uint32Array);
		for (let slot = length; slot < 2 * length; slot++) this.#slots[slot] = slot;
		this.#deeds = doubled(this.#deeds, Uint8Array);
		this.#stamps = doubled(this.#stamps, Uint32Array);
	}
}

interface Numbers {
	readonly length: number;
	set(from: ArrayLike<number>): void;
}

function doubled<A extends Numbers & ArrayLike<number>>(old: A, Kind: new (length: number) => A): A {
	const twice = new Kind(old.length * 2);
	twice.set(old);
	return twice;
}
