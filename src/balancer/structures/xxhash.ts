/**
 * XXH64 (Yann Collet, 2014), which Envoy hashes with, in 32-bit halves: a BigInt would be allocated for every step of every
 * pick, and so would a number of 32 bits that is kept outside of functions and typed arrays. The answer lies in `xxHigh()`
 * and `xxLow()` until the next text is hashed.
 */
import { hashText } from '../hash.ts';

/** Hash a text by its UTF-8 bytes, with a seed below 2^32. */
export function xxHash64(text: string, seed = 0): void {
	if (bytes.length < 3 * text.length) bytes = new Uint8Array(6 * text.length);
	const size = takeIn(text);
	let at = 0;
	let high = prime5High;
	let low = prime5Low;
	if (size >= 32) {
		at = stripes(size, seed);
		high = half(0);
		low = half(1);
	} else {
		high = (high + carry(low, seed)) | 0;
		low = (low + seed) | 0;
	}
	high = (high + carry(low, size)) | 0;
	low = (low + size) | 0;
	for (; at + 8 <= size; at += 8) {
		stir(0, 0, at);
		const h = high ^ half(0);
		const l = low ^ half(1);
		const turned = (l << 27) | (h >>> 5);
		const top = timesHigh((h << 27) | (l >>> 5), turned, prime1High, prime1Low);
		low = Math.imul(turned, prime1Low);
		high = (top + prime4High + carry(low, prime4Low)) | 0;
		low = (low + prime4Low) | 0;
	}
	if (at + 4 <= size) {
		const four = word(at);
		const h = high ^ timesHigh(0, four, prime1High, prime1Low);
		const l = low ^ Math.imul(four, prime1Low);
		const turned = (l << 23) | (h >>> 9);
		const top = timesHigh((h << 23) | (l >>> 9), turned, prime2High, prime2Low);
		low = Math.imul(turned, prime2Low);
		high = (top + prime3High + carry(low, prime3Low)) | 0;
		low = (low + prime3Low) | 0;
		at += 4;
	}
	for (; at < size; at++) {
		const byte = bytes[at] ?? 0;
		const h = high ^ timesHigh(0, byte, prime5High, prime5Low);
		const l = low ^ Math.imul(byte, prime5Low);
		low = (l << 11) | (h >>> 21);
		high = timesHigh((h << 11) | (l >>> 21), low, prime1High, prime1Low);
		low = Math.imul(low, prime1Low);
	}
	// Each half of the answer comes to depend on every bit.
	low ^= high >>> 1;
	high = timesHigh(high, low, prime2High, prime2Low);
	low = Math.imul(low, prime2Low);
	low ^= (high << 3) | (low >>> 29);
	high ^= high >>> 29;
	high = timesHigh(high, low, prime3High, prime3Low);
	low = Math.imul(low, prime3Low);
	hash[0] = high;
	hash[1] = low ^ high;
}

export const xxHigh = (): number => half(0) >>> 0;
export const xxLow = (): number => half(1) >>> 0;

/** The last hash as people write it: `0x` and 16 digits. */
export const xxHex = (): string =>
	`0x${[xxHigh(), xxLow()].map((word) => word.toString(16).padStart(8, '0')).join('')}`;

/** The last hash modulo a whole number up to 2^26. */
export function xxModulo(divisor: number): number {
	return ((xxHigh() % divisor) * (2 ** 32 % divisor) + xxLow()) % divisor;
}

/** The same for the last hash with its bits flipped by the number of a retry, as Envoy does (`hash ^ (2^64 − attempt)`). */
export function xxRetry(attempt: number, divisor: number): number {
	const high = ~half(0) >>> 0;
	const low = (half(1) ^ -attempt) >>> 0;
	return ((high % divisor) * (2 ** 32 % divisor) + low) % divisor;
}

/** High and low half of the number that a function has made, at the end of the answer. */
const hash = new Int32Array(2);
const half = (which: 0 | 1): number => hash[which] ?? 0;

/** The text being hashed; it grows to the longest met. */
let bytes = new Uint8Array(64);

/** The text's UTF-8 into `bytes`; how many there are. Most keys are plain ASCII, and quickly taken. */
function takeIn(text: string): number {
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code >= 0x80) return hashText(text, 0, put);
		bytes[i] = code;
	}
	return text.length;
}

const put = (count: number, byte: number): number => {
	bytes[count] = byte;
	return count + 1;
};

/** Four lanes of 64 bits, high and low by turns; reused. */
const lanes = new Int32Array(8);
/** How far each is turned when they are merged. */
const turns = [1, 7, 12, 18];

/** Take in 32 bytes at a time, eight for each lane, and merge the lanes into `hash`. Returns how many bytes that were. */
function stripes(size: number, seed: number): number {
	const both = (prime1Low + prime2Low) | 0;
	setLane(0, prime1High + prime2High + carry(prime1Low, prime2Low) + carry(both, seed), both + seed);
	setLane(1, prime2High + carry(prime2Low, seed), prime2Low + seed);
	setLane(2, 0, seed);
	setLane(3, ~prime1High + carry(-prime1Low, seed), seed - prime1Low);
	let at = 0;
	for (; at + 32 <= size; at += 32) {
		for (let lane = 0; lane < 4; lane++) {
			stir(lanes[2 * lane] ?? 0, lanes[2 * lane + 1] ?? 0, at + 8 * lane);
			setLane(lane, half(0), half(1));
		}
	}
	let high = 0;
	let low = 0;
	for (let lane = 0; lane < 4; lane++) {
		const turn = turns[lane] ?? 0;
		const h = lanes[2 * lane] ?? 0;
		const l = lanes[2 * lane + 1] ?? 0;
		const turned = (l << turn) | (h >>> (32 - turn));
		high = (high + ((h << turn) | (l >>> (32 - turn))) + carry(low, turned)) | 0;
		low = (low + turned) | 0;
	}
	for (let lane = 0; lane < 4; lane++) {
		stirIn(lanes[2 * lane] ?? 0, lanes[2 * lane + 1] ?? 0, 0, 0);
		low ^= half(1);
		high = timesHigh(high ^ half(0), low, prime1High, prime1Low);
		low = Math.imul(low, prime1Low);
		high = (high + prime4High + carry(low, prime4Low)) | 0;
		low = (low + prime4Low) | 0;
	}
	hash[0] = high;
	hash[1] = low;
	return at;
}

function setLane(lane: number, high: number, low: number): void {
	lanes[2 * lane] = high;
	lanes[2 * lane + 1] = low;
}

/** Eight bytes and a number so far make another one, in `hash`. */
function stir(high: number, low: number, at: number): void {
	stirIn(word(at + 4), word(at), high, low);
}

function stirIn(inHigh: number, inLow: number, high: number, low: number): void {
	const l = Math.imul(inLow, prime2Low);
	const h = timesHigh(inHigh, inLow, prime2High, prime2Low) + high + carry(l, low);
	const sum = (l + low) | 0;
	const turned = (sum << 31) | (h >>> 1);
	hash[0] = timesHigh((h << 31) | (sum >>> 1), turned, prime1High, prime1Low);
	hash[1] = Math.imul(turned, prime1Low);
}

/** Four bytes, the lowest first. */
function word(at: number): number {
	return (
		(bytes[at] ?? 0) |
		((bytes[at + 1] ?? 0) << 8) |
		((bytes[at + 2] ?? 0) << 16) |
		((bytes[at + 3] ?? 0) << 24)
	);
}

/** What the sum of two low halves carries into the high ones. */
function carry(a: number, b: number): number {
	return (a >>> 0) + (b >>> 0) > 0xffffffff ? 1 : 0;
}

/** The high half of a product modulo 2^64: the low halves in full, by 16 bits; of the rest only what does not overflow. */
function timesHigh(high: number, low: number, byHigh: number, byLow: number): number {
	const a0 = low & 0xffff;
	const a1 = low >>> 16;
	const b0 = byLow & 0xffff;
	const b1 = byLow >>> 16;
	const crossed = (Math.imul(a1, b0) >>> 0) + (Math.imul(a0, b0) >>> 16);
	const carried = (Math.imul(a0, b1) >>> 0) + (crossed & 0xffff);
	const full = Math.imul(a1, b1) + (crossed >>> 16) + (carried >>> 16);
	return (Math.imul(high, byLow) + Math.imul(low, byHigh) + full) | 0;
}

// As signed numbers, which is how the machine's 32 bits come.
const prime1High = 0x9e3779b1 | 0;
const prime1Low = 0x85ebca87 | 0;
const prime2High = 0xc2b2ae3d | 0;
const prime2Low = 0x27d4eb4f;
const prime3High = 0x165667b1;
const prime3Low = 0x9e3779f9 | 0;
const prime4High = 0x85ebca77 | 0;
const prime4Low = 0xc2b2ae63 | 0;
const prime5High = 0x27d4eb2f;
const prime5Low = 0x165667c5;
