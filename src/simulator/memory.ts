/** A row that is none. */
export const none = -1;

/**
 * What the world remembers of all that is on its way, in one piece: a thing is a row of numbers in it, and is known by where
 * its row begins. An object for each would cost the memory several times over, its fractions an allocation each, and
 * among many of them every look a wait for far memory. One that grows makes new arrays: take them anew after every call
 * that may begin something.
 *
 * A row's field is so many words from where it begins, a whole number in `words`, a fraction (two words) in `fractions`, and
 * what is small in `halves` and `bytes`: two and four to the word.
 */
export class Memory {
	words = new Int32Array(256);
	halves = new Uint16Array(this.words.buffer);
	bytes = new Uint8Array(this.words.buffer);
	fractions = new Float64Array(this.words.buffer);
	#used = 0;

	/** Where so many words more begin. */
	reserve(words: number): number {
		const begin = this.#used;
		this.#used += words;
		while (this.#used > this.words.length) this.#grow();
		return begin;
	}

	#grow(): void {
		const old = this.words;
		// Not twice as much: what is not used yet is also used up.
		this.words = new Int32Array(old.length + longerBy(old.length));
		this.words.set(old);
		this.halves = new Uint16Array(this.words.buffer);
		this.bytes = new Uint8Array(this.words.buffer);
		this.fractions = new Float64Array(this.words.buffer);
	}
}

/** By how much what is this long is made longer when it is full; even. */
export function longerBy(length: number): number {
	return Math.max(128, (length >> 5) << 1);
}

/** Rows of one kind. They are used again, so a long run makes no more of them than were ever in use at once. */
export class Rows {
	#memory: Memory;
	#words: number;
	#spare: number[] = [];

	/** Each of so many words, an even number. */
	constructor(memory: Memory, words: number) {
		this.#memory = memory;
		this.#words = words;
	}

	/** A row that nobody uses, as its last user left it. */
	take(): number {
		return this.#spare.pop() ?? this.#memory.reserve(this.#words);
	}

	/** Nobody uses it any more. */
	giveBack(row: number): void {
		this.#spare.push(row);
	}
}
