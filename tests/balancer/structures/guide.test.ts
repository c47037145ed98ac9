import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Guide } from '#balancer/structures/guide.ts';

test('Guide.after is the index of the first number that is greater, wherever the numbers lie', () => {
	const number = fc.oneof(fc.double({ min: 0, max: 1000, noNaN: true }), fc.nat(1000));
	fc.assert(
		fc.property(fc.array(number), fc.array(number, { minLength: 1 }), (some, questions) => {
			const row = Float64Array.from(some).sort();
			const guide = new Guide(row, 1000);
			for (const question of [...questions, ...row]) {
				const found = row.findIndex((one) => one > question);
				expect(guide.after(question)).toBe(found < 0 ? row.length : found);
			}
		})
	);
});

test('Guide.around is the first at or after a word, signed or not, and the first of all behind the last', () => {
	const word = fc.oneof(fc.nat(2 ** 32 - 1), fc.nat(9), fc.constant(2 ** 32 - 1));
	fc.assert(
		fc.property(fc.array(word), fc.array(word, { minLength: 1 }), (some, questions) => {
			const row = Uint32Array.from(some).sort();
			const guide = new Guide(row, 2 ** 32);
			for (const question of [...questions, ...row]) {
				const found = row.findIndex((one) => one >= question);
				expect(guide.around(question)).toBe(found < 0 ? 0 : found);
				expect(guide.around(question | 0)).toBe(guide.around(question));
			}
		})
	);
});
