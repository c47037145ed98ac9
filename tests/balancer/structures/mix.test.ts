import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashKey, mix } from '#balancer/structures/mix.ts';

test('mix flips about half of the bits that come out for any bit that goes in', () => {
	for (let bit = 0; bit < 32; bit++) {
		let flipped = 0;
		for (let word = 1; word <= 1000; word++) {
			let changed = mix(Math.imul(word, 0x9e3779b1)) ^ mix(Math.imul(word, 0x9e3779b1) ^ (1 << bit));
			for (; changed !== 0; changed &= changed - 1) flipped++;
		}
		// 32,000 coins: four standard deviations are 1.1 %.
		expect(Math.abs(flipped / 32_000 - 0.5)).toBeLessThan(0.0112);
	}
});

test('hashKey spreads texts that differ in one letter over the whole range, also by its high bits', () => {
	const tops = Array.from(
		{ length: 16_000 },
		(_, i) => hashKey(`10.0.${String(i >> 8)}.${String(i & 255)}`) >>> 28
	);
	for (let top = 0; top < 16; top++) {
		// A thousand each, with a standard deviation of 31.
		expect(Math.abs(tops.filter((other) => other === top).length - 1000)).toBeLessThan(125);
	}
});

test('hashKey gives an unsigned number of 32 bits, another one for another seed', () => {
	fc.assert(
		fc.property(fc.string(), (text) => {
			const hash = hashKey(text);
			expect(hash).toBe(hash >>> 0);
			expect(hashKey(text)).toBe(hash);
			expect(hashKey(text, 1)).not.toBe(hash);
		})
	);
});
