import type { Random } from './strategy.ts';

/**
 * A stream of its own for each purpose and entity: `randomStream(7, 'work', 12)`. The same seed and names
 * give the same numbers on every machine, and drawing from one stream never moves another, so changing
 * the strategy leaves the arrivals as they were.
 */
export function randomStream(seed: number, ...names: readonly (string | number)[]): Random {
	return sfc32(seedsOf(`${String(seed)}/${names.join('/')}`));
}

type FourWords = readonly [number, number, number, number];

/** Chris Doty-Humphrey's "small fast counter" (PractRand, 2010): 128 bits of state; 53 bits leave at a time. */
function sfc32([s0, s1, s2, s3]: FourWords): Random {
	let a = s0;
	let b = s1;
	let c = s2;
	let counter = s3;
	const next = (): number => {
		const sum = (a + b + counter) | 0;
		counter = (counter + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (((c << 21) | (c >>> 11)) + sum) | 0;
		return sum >>> 0;
	};
	// The author's advice for 32-bit seeding: let twelve words pass so that similar seeds drift apart.
	for (let i = 0; i < 12; i++) next();
	return () => ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 0x20000000000000;
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
