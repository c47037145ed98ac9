import fc from 'fast-check';
import { expect, test } from 'vitest';
import { xxHash64, xxHigh, xxLow, xxModulo } from '#balancer/structures/xxhash.ts';

const hashed = (text: string, seed?: number): string => {
	xxHash64(text, seed);
	return xxHigh().toString(16).padStart(8, '0') + xxLow().toString(16).padStart(8, '0');
};

test.each([
	['', 0, 'ef46db3751d8e999'],
	['a', 0, 'd24ec4f1a98c6e5b'],
	['abc', 0, '44bc2cf5ad770999'],
	['xxhash', 0, '32dd38952c4bc720'],
	['xxhash', 20_141_025, 'b559b98d844e0635'],
	['Nobody inspects the spammish repetition', 0, 'fbcea83c8a378bf1']
])('xxHash64 gives the published answer for "%s" with seed %d', (text, seed, answer) => {
	expect(hashed(text, seed)).toBe(answer);
});

test('xxHash64 agrees with the definition in whole 64-bit numbers, for texts of all lengths and letters', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme', maxLength: 150 }), fc.nat(2 ** 31), (text, seed) => {
			expect(hashed(text, seed)).toBe(definition(text, BigInt(seed)).toString(16).padStart(16, '0'));
		}),
		{ numRuns: 1000 }
	);
});

test('xxModulo divides all 64 bits', () => {
	fc.assert(
		fc.property(fc.string(), fc.integer({ min: 1, max: 2 ** 26 }), (text, divisor) => {
			xxHash64(text);
			expect(xxModulo(divisor)).toBe(Number(definition(text, 0n) % BigInt(divisor)));
		})
	);
});

const [p1, p2, p3, p4, p5] = [
	0x9e3779b185ebca87n,
	0xc2b2ae3d27d4eb4fn,
	0x165667b19e3779f9n,
	0x85ebca77c2b2ae63n,
	0x27d4eb2f165667c5n
] as const;

/** As the specification puts it, with numbers that take as long as they like. */
function definition(text: string, seed: bigint): bigint {
	const bytes = new TextEncoder().encode(text);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
	const turn = (value: bigint, by: bigint): bigint => wrap((value << by) | (value >> (64n - by)));
	const round = (value: bigint, input: bigint): bigint => wrap(turn(wrap(value + input * p2), 31n) * p1);
	let at = 0;
	let hash = wrap(seed + p5);
	if (bytes.length >= 32) {
		let lanes = [seed + p1 + p2, seed + p2, seed, seed - p1].map(wrap);
		for (; at + 32 <= bytes.length; at += 32) {
			const from = at;
			lanes = lanes.map((lane, i) => round(lane, view.getBigUint64(from + 8 * i, true)));
		}
		hash = lanes.reduce((sum, lane, i) => wrap(sum + turn(lane, [1n, 7n, 12n, 18n][i] ?? 0n)), 0n);
		for (const lane of lanes) hash = wrap((hash ^ round(0n, lane)) * p1 + p4);
	}
	hash = wrap(hash + BigInt(bytes.length));
	for (; at + 8 <= bytes.length; at += 8) {
		hash = wrap(turn(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4);
	}
	if (at + 4 <= bytes.length) {
		hash = wrap(turn(hash ^ wrap(BigInt(view.getUint32(at, true)) * p1), 23n) * p2 + p3);
		at += 4;
	}
	for (; at < bytes.length; at++) hash = wrap(turn(hash ^ wrap(BigInt(bytes[at] ?? 0) * p5), 11n) * p1);
	hash = wrap((hash ^ (hash >> 33n)) * p2);
	hash = wrap((hash ^ (hash >> 29n)) * p3);
	return hash ^ (hash >> 32n);
}
