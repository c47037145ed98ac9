import { expect, test } from 'vitest';
import { randomWords } from '#balancer/random.ts';
import { exponential, normal } from '#simulator/draw.ts';
import { drawer, lawFields, type Law } from '#simulator/law.ts';
import { z } from 'zod';

const schema = z.strictObject(lawFields);
const draws = 400_000;

function moments(draw: () => number): { mean: number; cv: number; values: Float64Array } {
	const values = Float64Array.from({ length: draws }, draw);
	const mean = values.reduce((sum, value) => sum + value, 0) / draws;
	const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (draws - 1);
	return { mean, cv: Math.sqrt(variance) / mean, values };
}

test('exponential draws follow their distribution function everywhere, the tail included', () => {
	const random = randomWords(11, 'exponential');
	const { values } = moments(() => exponential(random));
	values.sort();
	// Kolmogorov and Smirnov: beyond 1.95 / √n once in a thousand times, and the seed is fixed.
	let worst = 0;
	values.forEach((value, i) => {
		worst = Math.max(worst, Math.abs(1 - Math.exp(-value) - (i + 0.5) / draws));
	});
	expect(worst).toBeLessThan(1.95 / Math.sqrt(draws));
	const tail = values.filter((value) => value > 7.7).length / draws;
	expect(tail / Math.exp(-7.7)).toBeGreaterThan(0.75);
	expect(tail / Math.exp(-7.7)).toBeLessThan(1.25);
	expect(values.at(-1)).toBeGreaterThan(10);
});

test('normal draws have mean 0, variance 1 and the right shares far out, the tail included', () => {
	const random = randomWords(12, 'normal');
	const values = Float64Array.from({ length: draws }, () => normal(random));
	const mean = values.reduce((sum, value) => sum + value, 0) / draws;
	const square = values.reduce((sum, value) => sum + value * value, 0) / draws;
	expect(Math.abs(mean)).toBeLessThan(0.006);
	expect(Math.abs(square - 1)).toBeLessThan(0.01);
	// Within four standard deviations of a count, above and below alike. From 3.654 on it is the tail.
	for (const [beyond, share] of [
		[0.5, 0.308538],
		[1, 0.158655],
		[2, 0.0227501],
		[3, 0.0013499],
		[3.7, 0.0001078]
	] as const) {
		for (const sign of [1, -1]) {
			const count = values.filter((value) => sign * value > beyond).length;
			expect(Math.abs(count - draws * share), `${String(sign)} beyond ${String(beyond)}`).toBeLessThan(
				4 * Math.sqrt(draws * share)
			);
		}
	}
});

const cases: readonly (readonly [string, Partial<Law>, number])[] = [
	['fixed', { law: 'fixed' }, 0],
	['exponential', { law: 'exponential' }, 1],
	['erlang of four stages', { law: 'erlang', stages: 4 }, 0.5],
	['lognormal of cv 2', { law: 'lognormal', cv: 2 }, 2],
	// One in ten is eleven times as big: second moment 3.25.
	['bimodal', { law: 'bimodal', share: 0.1, times: 11 }, 1.5],
	['hyperexponential', { law: 'hyperexponential', share: 0.1, times: 11 }, Math.sqrt(5.5)],
	['heavy', { law: 'heavy', alpha: 1.5, span: 100 }, Math.sqrt(2.7)],
	['heavy of shape 2.5', { law: 'heavy', alpha: 2.5, span: 1000 }, Math.sqrt(0.7432)]
];

test.each(cases)('%s work has mean 1 and its coefficient of variation', (_, law, cv) => {
	const found = moments(drawer(schema.parse(law), randomWords(13, 'law')));
	expect(Math.abs(found.mean - 1)).toBeLessThan(0.003 + (4 * cv) / Math.sqrt(draws));
	expect(Math.abs(found.cv - cv)).toBeLessThan(0.002 + 0.06 * cv);
});
