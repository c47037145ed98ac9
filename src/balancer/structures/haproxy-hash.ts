/**
 * The hash functions of HAProxy 2.6 (`hash-type … sdbm | djb2 | crc32 | wt6`), to the bit. Each takes a text by its
 * UTF-8 bytes and gives an unsigned 32-bit number. Old, small and fast; none of them resists somebody who wants all
 * keys to collide.
 */
import { crc32Start, crc32Step, hashText, type HashStep } from '../hash.ts';

export type HashFunction = (text: string) => number;

/** From the database library of that name (Ozan Yigit, 1987). Multiplies by 65599. */
export const sdbm: HashFunction = (text) => hashText(text, 0, sdbmStep) >>> 0;
const sdbmStep: HashStep = (hash, byte) => (Math.imul(hash, 65599) + byte) | 0;

/** Dan Bernstein's, posted to comp.lang.c (1991). Multiplies by 33. */
export const djb2: HashFunction = (text) => hashText(text, 5381, djb2Step) >>> 0;
const djb2Step: HashStep = (hash, byte) => (Math.imul(hash, 33) + byte) | 0;

export const crc32: HashFunction = (text) => ~hashText(text, crc32Start, crc32Step) >>> 0;

/** Willy Tarreau's (HAProxy 1.5, 2013): two words that swap places and turn by what they have become. */
export const wt6: HashFunction = (text) => {
	a = 0xa53c965a | 0;
	b = 0x5ca6953a | 0;
	rotateB = 6;
	rotateA = 18;
	hashText(text, 0, wt6Step);
	return (a ^ b) >>> 0;
};

/** The registers of a hash under way; kept here because a step has only one number of its own. */
let a = 0;
let b = 0;
let rotateA = 0;
let rotateB = 0;

const wt6Step: HashStep = (unused, byte) => {
	a = ~(a ^ byte);
	b = ~(b + byte);
	const turned = rotated(b, rotateB);
	b = rotated(a, rotateA);
	a = turned;
	const bits = ((a >> 16) ^ b) & 0xffff;
	rotateB = bits & 31;
	rotateA = bits >> 11;
	return unused;
};

function rotated(word: number, by: number): number {
	return (word << by) | (word >>> (32 - by));
}

/** In the order of a knob: 0 is HAProxy's default. */
export const hashFunctions: readonly HashFunction[] = [sdbm, djb2, crc32, wt6];
export const hashFunctionNames = ['sdbm', 'djb2', 'crc32', 'wt6'] as const;

/**
 * Stir a 32-bit number until each bit of it reaches all the others (`hash-type … avalanche`; every point of a ring
 * is placed by it): Bob Jenkins' integer hash (1997, six shifts), and one multiplication more. Unsigned.
 */
export function avalanche(word: number): number {
	return stirred(word) >>> 0;
}

/** Signed and apart, because an unsigned word that comes out of a large function may have to be allocated. */
function stirred(word: number): number {
	let hash = word;
	hash = (hash + 0x7ed55d16 + (hash << 12)) | 0;
	hash = hash ^ 0xc761c23c ^ (hash >>> 19);
	hash = (hash + 0x165667b1 + (hash << 5)) | 0;
	hash = (hash + (0xd3a2646c | 0)) ^ (hash << 9);
	hash = (hash + (0xfd7046c5 | 0) + (hash << 3)) | 0;
	hash = hash ^ 0xb55a4f09 ^ (hash >>> 16);
	return Math.imul(hash, 3221225473);
}
