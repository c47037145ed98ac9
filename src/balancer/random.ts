import type { Random } from './strategy.ts';

/**
 * A stream of its own for each purpose and entity: `randomStream(7, 'work', 12)`. The same seed and names
 * give the same numbers on every machine, and drawing from one stream never moves another, so changing
 * the strategy leaves the arrivals as they were.
 */
export function randomStream(seed: number, ...names: readonly (string | number)[]): Random {
	return sfc32(seedsOf(`${String(seed)}/${names.join('/')}`));
}

/** One lot of so many, from 0, all equally likely. A fraction that does not leave this function need not be allocated. */
export function drawLot(random: Random, count: number): number {
	return Math.floor(random() * count);
}

type FourWords = readonly [number, number, number, number];

/** Chris Doty-Humphrey's "small fast counter" (PractRand, 2010): 128 bits of state; 53 bits leave at a time. */
function sfc32(seeds: FourWords): Random {
	/**
	 * a, b, c and the counter, and the two words that leave: in an array, because a number that is kept in a variable or
	 * comes out of a function may have to be allocated.
	 */
	const state = new Int32Array(6);
	state.set(seeds);
	const turn = (): void => {
		let a = state[0] ?? 0;
		let b = state[1] ?? 0;
		let c = state[2] ?? 0;
		const counter = state[3] ?? 0;
		const high = (a + b + counter) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (((c << 21) | (c >>> 11)) + high) | 0;
		const low = (a + b + counter + 1) | 0;
		state[0] = b ^ (b >>> 9);
		state[1] = c + (c << 3);
		state[2] = ((c << 21) | (c >>> 11)) + low;
		state[3] = counter + 2;
		state[4] = high;
		state[5] = low;
	};
	// The author's advice for 32-bit seeding: let twelve words pass so that similar seeds drift apart.
	for (let i = 0; i < 6; i++) turn();
	return () => {
		turn();
		return (((state[4] ?? 0) >>> 5) * 0x4000000 + ((state[5] ?? 0) >>> 6)) / 0x20000000000000;
	};
}

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
