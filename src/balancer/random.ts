import type { Random } from './strategy.ts';

/**
 * A stream of its own for each purpose and entity: `randomStream(7, 'work', 12)`. The same seed and names
 * give the same numbers on every machine, and drawing from one stream never moves another, so changing
 * the strategy leaves the arrivals as they were. A fraction has 32 bits, one word of `randomWords`.
 */
export function randomStream(seed: number, ...names: readonly (string | number)[]): Random {
	const words = randomWords(seed, ...names);
	return () => words.fraction();
}

/** The same stream for those who can do with whole words. */
export function randomWords(seed: number, ...names: readonly (string | number)[]): Words {
	return new Words(`${String(seed)}/${names.join('/')}`);
}

/** One lot of so many, from 0, all equally likely. A fraction that does not leave this function need not be allocated. */
export function drawLot(random: Random, count: number): number {
	return Math.floor(random() * count);
}

/** Words drawn ahead at a time. */
const ahead = 32;

/** Chris Doty-Humphrey's "small fast counter" (sfc32, PractRand, 2010): 32 bits at a time from 128 bits of state. */
export class Words {
	/** What it begins with. */
	readonly #seeds: FourWords;
	/** a, b, c and the counter. */
	readonly #state = new Int32Array(4);
	/** Drawn ahead, because many in one go cost far less than one by one; and how many of them have left. */
	readonly #words = new Int32Array(ahead);
	#left = 0;

	constructor(name: string) {
		this.#seeds = seedsOf(name);
		this.startAt(0);
	}

	/** Go to the words that belong to a whole number and to no other, wherever the stream is now: it begins at those of 0. */
	startAt(number: number): void {
		const [a, b, c, counter] = this.#seeds;
		this.#state[0] = a ^ number;
		this.#state[1] = b;
		this.#state[2] = c;
		this.#state[3] = counter;
		this.#drawAhead();
		// The author's advice for 32-bit seeding: let twelve words pass so that similar seeds drift apart.
		this.#left = 12;
	}

	/** Any whole number of 32 bits, with its sign. */
	next(): number {
		if (this.#left === ahead) this.#drawAhead();
		return this.#words[this.#left++] ?? 0;
	}

	#drawAhead(): void {
		const state = this.#state;
		const words = this.#words;
		let a = state[0] ?? 0;
		let b = state[1] ?? 0;
		let c = state[2] ?? 0;
		let counter = state[3] ?? 0;
		for (let i = 0; i < ahead; i++) {
			const sum = (a + b + counter) | 0;
			a = b ^ (b >>> 9);
			b = (c + (c << 3)) | 0;
			c = (((c << 21) | (c >>> 11)) + sum) | 0;
			counter = (counter + 1) | 0;
			words[i] = sum;
		}
		state[0] = a;
		state[1] = b;
		state[2] = c;
		state[3] = counter;
		this.#left = 0;
	}

	/** Uniform in [0, 1), one of 2^32. */
	fraction(): number {
		return (this.next() >>> 0) * 2 ** -32;
	}

	/** Uniform in [0, 1), one of 2^53: for a law that looks closely at the ends. */
	fineFraction(): number {
		return (this.next() >>> 0) * 2 ** -32 + (this.next() >>> 11) * 2 ** -53;
	}

	/** One lot of so many, from 0, all equally likely. */
	lot(count: number): number {
		return Math.floor((this.next() >>> 0) * 2 ** -32 * count);
	}
}

type FourWords = readonly [number, number, number, number];

/** Four words from a text by FNV-1a from four offsets, each finished with MurmurHash3's mixer (2011). */
function seedsOf(text: string): FourWords {
	const word = (offset: number): number => {
		let hash = (0x811c9dc5 ^ offset) >>> 0;
		for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
		hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
		hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
		return (hash ^ (hash >>> 16)) >>> 0;
	};
	return [word(0), word(0x9e3779b9), word(0x7f4a7c15), word(0xf39cc060)];
}
