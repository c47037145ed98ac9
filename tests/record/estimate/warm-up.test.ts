import { expect, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import { warmUpOf } from '#record/estimate/warm-up.ts';

/** The rule as it is defined, in quadratic time. */
function plain(means: readonly number[]): number | undefined {
	let best = Infinity;
	let cut = 0;
	for (let from = means.length - 5; from >= 0; from--) {
		const rest = means.slice(from);
		const mean = rest.reduce((sum, value) => sum + value, 0) / rest.length;
		const marginal = rest.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rest.length ** 2;
		if (marginal <= best) [best, cut] = [marginal, from];
	}
	return cut > means.length / 2 ? undefined : cut;
}

test('MSER leaves out what its definition leaves out', () => {
	const random = randomStream(1);
	for (let run = 0; run < 200; run++) {
		const length = 10 + Math.floor(300 * random());
		const settling = 1 + 60 * random();
		const height = 20 * random() - 5;
		const means = Array.from({ length }, (_, i) => random() + height * Math.exp(-i / settling));
		expect(warmUpOf(means)).toBe(plain(means));
	}
});

test('a series that begins high or low is cut where it has settled, and one that never was off is not', () => {
	const random = randomStream(2);
	const noise = (): number => random() - 0.5;
	const off = (by: number): number[] =>
		Array.from({ length: 400 }, (_, i) => (i < 60 ? by * (1 - i / 60) : 0) + noise());
	for (const by of [-8, 8]) {
		const cut = warmUpOf(off(by)) ?? NaN;
		expect(cut).toBeGreaterThan(40);
		expect(cut).toBeLessThan(70);
	}
	expect(warmUpOf(Array.from({ length: 400 }, () => 3))).toBe(0);
	expect(warmUpOf(off(0)) ?? NaN).toBeLessThan(40);
});

test('a series that never settles, or that is too short, has no warm-up that could be told', () => {
	expect(warmUpOf(Array.from({ length: 400 }, (_, i) => i))).toBeUndefined();
	expect(warmUpOf(Array.from({ length: 400 }, (_, i) => (i < 300 ? 10 : 1)))).toBeUndefined();
	expect(warmUpOf([1, 1, 1, 1, 1, 1, 1, 1, 1])).toBeUndefined();
	expect(warmUpOf([])).toBeUndefined();
});
