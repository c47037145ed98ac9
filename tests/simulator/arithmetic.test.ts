import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exp, log, pow } from '#simulator/arithmetic.ts';

/** Off by at most so many units in the last place. */
function near(found: number, expected: number, units = 4): void {
	expect(Math.abs(found - expected)).toBeLessThanOrEqual(units * 2 ** -52 * Math.abs(expected) + 5e-324);
}

test('exponential and logarithm agree with the language’s own almost to the last bit', () => {
	fc.assert(
		fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
			near(exp(x), Math.exp(x));
		}),
		{ numRuns: 3000, seed: 1 }
	);
	fc.assert(
		fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
			expect(Math.abs(log(x) - Math.log(x))).toBeLessThanOrEqual(
				1e-15 * Math.max(1e-2, Math.abs(Math.log(x)))
			);
		}),
		{ numRuns: 3000, seed: 1 }
	);
});

test('they are exact where they can be, and defined at the ends', () => {
	expect([exp(0), log(1), exp(-Infinity), exp(800), log(0), pow(1, 7)]).toEqual([
		1,
		0,
		0,
		Infinity,
		-Infinity,
		1
	]);
	near(pow(2, 0.5), Math.SQRT2);
	near(pow(10, -1.5), 10 ** -1.5);
});
