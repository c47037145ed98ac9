import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nginxHash } from '#balancer/strategies/nginx-hash.ts';
import { smoothWeightedRoundRobin } from '#balancer/strategies/smooth-weighted-round-robin.ts';
import type { Backend } from '#balancer/strategy.ts';
import { busy, callWith, picks, scripted, weighing } from '../backends.ts';

/** A strategy that was told of all these, down or not. */
function toldOf(all: readonly Backend[]) {
	const strategy = nginxHash.create({}, scripted());
	strategy.members?.(all);
	return strategy;
}

/** Who has the place that NGINX's rule gives the n-th question of a key, with another's CRC-32. */
function ownerOf(key: string, all: readonly Backend[], question: number): Backend | undefined {
	let sum = 0;
	for (let n = 0; n <= question; n++) sum += (crc32(`${n === 0 ? '' : String(n)}${key}`) >>> 16) & 0x7fff;
	let place = sum % all.reduce((total, { weight }) => total + weight, 0);
	return all.find(({ weight }) => (place -= weight) < 0);
}

const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 8 });

test('NGINX hash walks as far as the middle of the CRC-32 says', () => {
	// The check value of CRC-32 is cbf43926: 0x4bf4 is 19444, and 19444 mod 3 is 1.
	const three = weighing(1, 1, 1);
	expect(toldOf(three).pick(three, callWith('123456789'))?.id).toBe('b');
	fc.assert(
		fc.property(weights, fc.string({ minLength: 1 }), (sizes, key) => {
			const all = weighing(...sizes);
			expect(toldOf(all).pick(all, callWith(key))).toBe(ownerOf(key, all, 0));
		})
	);
});

test('NGINX hash asks again with a counter when its server is out, and leaves all other keys where they are', () => {
	fc.assert(
		fc.property(weights, fc.nat(), fc.string({ minLength: 1 }), (sizes, out, key) => {
			const all = weighing(...sizes);
			const down = all[out % all.length];
			const left = all.filter((backend) => backend !== down);
			const questions = Array.from({ length: 21 }, (_, question) => ownerOf(key, all, question));
			const expected = questions.find((backend) => backend !== down);
			const picked = toldOf(all).pick(left, callWith(key));
			// After twenty misses it is the first turn's.
			expect(picked).toBe(
				expected ?? smoothWeightedRoundRobin.create({}, scripted()).pick(left, callWith(key))
			);
		})
	);
});

test('NGINX hash takes a further try of a request up where the last one left it', () => {
	fc.assert(
		fc.property(weights, fc.string({ minLength: 1 }), (sizes, key) => {
			const all = weighing(...sizes);
			const first = ownerOf(key, all, 0);
			if (first === undefined) return;
			const left = all.filter((backend) => backend !== first);
			expect(toldOf(all).pick(left, callWith(key), [first])).toBe(toldOf(all).pick(left, callWith(key)));
		})
	);
});

test('NGINX hash counts the misses of all tries together', () => {
	// With 10,000 to 1 nearly every question points to the heavy one, which has failed: the turns decide in the end.
	const all = busy([0, 0, 0], [10_000, 1, 1]);
	const strategy = toldOf(all);
	const [heavy] = all;
	if (heavy === undefined) throw new Error('no backend');
	const keys = Array.from({ length: 6 }, (_, i) => `key ${String(i)}`);
	const left = all.slice(1);
	const chosen = keys.map((key) => strategy.pick(left, callWith(key), [heavy])?.id ?? '-');
	expect(chosen.join('')).toBe('bcbcbc');
});

test('NGINX hash takes turns for requests without a key, and is content with a single server', () => {
	expect(picks(toldOf(weighing(5, 1, 1)), weighing(5, 1, 1), 7)).toBe('aabacaa');
	expect(toldOf(weighing(1)).pick(weighing(1), callWith('any'))?.id).toBe('a');
});
