import type { Millis } from '#balancer/strategy.ts';

/** Something that may be waited for: `timer` says which of its waits is the current one. */
export interface Timed {
	timer: number;
}

/**
 * Timers that all wait equally long, as timeouts do: whoever began first is due first, so a ring in that order
 * serves, and only its head needs a place on the agenda. One that was called off (its subject's `timer` has moved on)
 * is passed over when it comes to the head.
 */
export class TimerLine<Subject extends Timed> {
	readonly wait: Millis;
	/** Whether somebody will ask at `next`: its owner's note, that it need not be planned twice. */
	isAwaited = false;
	#due = new Float64Array(64);
	#marks = new Uint32Array(64);
	#subjects: (Subject | undefined)[] = [];
	#first = 0;
	#count = 0;

	constructor(wait: Millis) {
		this.wait = wait;
	}

	/** When the head is due, called off or not; Infinity when nobody waits. */
	get next(): Millis {
		return this.#count === 0 ? Infinity : (this.#due[this.#first] ?? Infinity);
	}

	/** It waits from now on. */
	start(subject: Subject, now: Millis): void {
		if (this.#count === this.#due.length) this.#grow();
		const place = (this.#first + this.#count++) & (this.#due.length - 1);
		this.#due[place] = now + this.wait;
		this.#marks[place] = subject.timer;
		this.#subjects[place] = subject;
	}

	/** Whose time is up now, one at a time; undefined when nobody's is. Those called off that come next are forgotten early. */
	ring(now: Millis): Subject | undefined {
		while (this.#count > 0) {
			const place = this.#first;
			const subject = this.#subjects[place];
			const waits = subject?.timer === this.#marks[place];
			if (waits && this.next > now) return undefined;
			this.#subjects[place] = undefined;
			this.#first = (place + 1) & (this.#due.length - 1);
			this.#count--;
			if (waits) return subject;
		}
		return undefined;
	}

	#grow(): void {
		const length = this.#due.length;
		const due = new Float64Array(2 * length);
		const marks = new Uint32Array(2 * length);
		const subjects: (Subject | undefined)[] = [];
		for (let i = 0; i < this.#count; i++) {
			const place = (this.#first + i) & (length - 1);
			due[i] = this.#due[place] ?? 0;
			marks[i] = this.#marks[place] ?? 0;
			subjects[i] = this.#subjects[place];
		}
		this.#due = due;
		this.#marks = marks;
		this.#subjects = subjects;
		this.#first = 0;
	}
}
