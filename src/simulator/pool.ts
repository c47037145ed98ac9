/** What is used again, and is known by a number that it keeps. */
export interface Pooled {
	readonly number: number;
}

/** Objects that are used again and again, so that a long run makes no more of them than were ever in use at once. */
export class Pool<Thing extends Pooled> {
	#make: (number: number) => Thing;
	#all: Thing[] = [];
	#spare: Thing[] = [];

	constructor(make: (number: number) => Thing) {
		this.#make = make;
	}

	/** One that nobody uses, as its last user left it. */
	take(): Thing {
		return this.#spare.pop() ?? this.#another();
	}

	/** Nobody uses it any more. */
	giveBack(thing: Thing): void {
		this.#spare.push(thing);
	}

	/** The one with this number. */
	numbered(number: number): Thing {
		const thing = this.#all[number];
		if (thing === undefined) throw new RangeError(`There are only ${String(this.#all.length)} so far.`);
		return thing;
	}

	#another(): Thing {
		const thing = this.#make(this.#all.length);
		this.#all.push(thing);
		return thing;
	}
}
