/** What to do with whom at an instant of virtual time. */
export type Deed = number;

/**
 * The events to come, taken in the order of (time, sequence): those planned for one instant happen in the order
 * they were planned in, which a bare heap would not promise. A 4-ary heap over parallel arrays: no object for each event.
 */
export class Agenda<Subject> {
	#times = new Float64Array(64);
	#sequences = new Float64Array(64);
	#deeds = new Uint8Array(64);
	#stamps = new Uint32Array(64);
	#subjects: (Subject | undefined)[] = [];
	#size = 0;
	#sequence = 0;

	/** The event taken last by `take`. */
	deed: Deed = 0;
	/** Compare it with the subject's own: an event whose stamp is old was called off. */
	stamp = 0;
	subject: Subject | undefined;

	get size(): number {
		return this.#size;
	}

	/** When the next event is due; Infinity when nothing is planned. */
	get next(): number {
		return this.#size > 0 ? (this.#times[0] ?? Infinity) : Infinity;
	}

	plan(time: number, deed: Deed, subject?: Subject, stamp = 0): void {
		if (this.#size === this.#times.length) this.#grow();
		const times = this.#times;
		let hole = this.#size++;
		// The new event has the highest sequence number, so it rises only past strictly later ones.
		while (hole > 0) {
			const parent = (hole - 1) >> 2;
			if ((times[parent] ?? 0) <= time) break;
			this.#move(parent, hole);
			hole = parent;
		}
		this.#put(hole, time, this.#sequence++, deed, subject, stamp);
	}

	/** Take the next event off into `deed`, `subject` and `stamp`. */
	take(): void {
		this.deed = this.#deeds[0] ?? 0;
		this.stamp = this.#stamps[0] ?? 0;
		this.subject = this.#subjects[0];
		const last = --this.#size;
		if (last > 0) this.#sink(last);
		this.#subjects[last] = undefined;
	}

	/** Let the entry at `from` sink from the top to its place. */
	#sink(from: number): void {
		const size = this.#size;
		const times = this.#times;
		const sequences = this.#sequences;
		const time = times[from] ?? 0;
		const sequence = sequences[from] ?? 0;
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
		this.#move(from, hole);
	}

	#move(from: number, to: number): void {
		this.#times[to] = this.#times[from] ?? 0;
		this.#sequences[to] = this.#sequences[from] ?? 0;
		this.#deeds[to] = this.#deeds[from] ?? 0;
		this.#stamps[to] = this.#stamps[from] ?? 0;
		this.#subjects[to] = this.#subjects[from];
	}

	#put(
		at: number,
		time: number,
		sequence: number,
		deed: Deed,
		subject: Subject | undefined,
		stamp: number
	): void {
		this.#times[at] = time;
		this.#sequences[at] = sequence;
		this.#deeds[at] = deed;
		this.#stamps[at] = stamp;
		this.#subjects[at] = subject;
	}

	#grow(): void {
		const length = this.#times.length * 2;
		const times = new Float64Array(length);
		times.set(this.#times);
		this.#times = times;
		const sequences = new Float64Array(length);
		sequences.set(this.#sequences);
		this.#sequences = sequences;
		const deeds = new Uint8Array(length);
		deeds.set(this.#deeds);
		this.#deeds = deeds;
		const stamps = new Uint32Array(length);
		stamps.set(this.#stamps);
		this.#stamps = stamps;
	}
}
