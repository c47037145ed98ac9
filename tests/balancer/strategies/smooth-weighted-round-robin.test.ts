import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smoothWeightedRoundRobin } from '#balancer/strategies/smooth-weighted-round-robin.ts';
import { picks, scripted, weighing } from '../backends.ts';

const turns = () => smoothWeightedRoundRobin.create({}, scripted());

test('Smooth weighted round robin spreads out the turns of the heavy one', () => {
	expect(picks(turns(), weighing(5, 1, 1), 14)).toBe('aabacaaaabacaa');
	expect(picks(turns(), weighing(3, 2, 1), 6)).toBe('abacba');
});

test('Smooth weighted round robin is plain round robin when the weights are equal', () => {
	expect(picks(turns(), weighing(4, 4, 4), 7)).toBe('abcabca');
});

test('Smooth weighted round robin gives each backend exactly its weight in every full round', () => {
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }), (weights) => {
			const strategy = turns();
			const backends = weighing(...weights);
			const round = weights.reduce((sum, weight) => sum + weight);
			for (let rounds = 0; rounds < 3; rounds++) {
				const given = picks(strategy, backends, round);
				expect(backends.map(({ id }) => given.split(id).length - 1)).toEqual(weights);
			}
		})
	);
});

test('Smooth weighted round robin remembers what the others had saved when one leaves and comes back', () => {
	const all = weighing(5, 1, 1);
	const strategy = turns();
	expect(picks(strategy, all, 2)).toBe('aa');
	// Saved so far: a -4, b 2, c 2. Among b and c alone they alternate, and a is not forgotten meanwhile.
	expect(picks(strategy, all.slice(1), 4)).toBe('bcbc');
	expect(picks(strategy, all, 5)).toBe('bacaa');
});
