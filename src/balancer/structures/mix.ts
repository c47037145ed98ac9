/**
 * A fast hash of a text for rings and tables of our own making; products' hashes, to the bit, are elsewhere. FNV-1a takes
 * the letters in (Fowler, Noll and Vo, 1991), MurmurHash3's finisher stirs (Appleby, 2011): FNV alone leaves the high
 * bits of similar short texts alike, and a ring goes by the high bits. Unsigned, 32 bits.
 */
export function hashKey(text: string, seed = 0): number {
	return hashWord(text, seed) >>> 0;
}

/** The same, signed: an unsigned word that is handed on may have to be allocated, which a pick should not. */
export function hashWord(text: string, seed = 0): number {
	let hash = 0x811c9dc5 ^ seed;
	for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
	return mix(hash) | 0;
}

/** Scatter a 32-bit word: each bit that goes in flips about half of those that come out. One to one. */
export function mix(word: number): number {
	let hash = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return (hash ^ (hash >>> 16)) >>> 0;
}
