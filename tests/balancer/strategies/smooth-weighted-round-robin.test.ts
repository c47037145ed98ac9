import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smoothWeightedRoundRobin } from '#balancer/strategies/smooth-weighted-round-robin.ts';
import type { Outcome } from '#balancer/strategy.ts';
import { callWith, picks, scripted, weighing } from '../backends.ts';

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

/** Backends that are left out after so many failures. */
const failing = (fall: number, ...weights: number[]) =>
	weighing(...weights).map((backend) => ({ ...backend, fall }));
const failure: Outcome = { call: callWith(''), at: 0, latency: 1, result: 'error' };

test('Smooth weighted round robin gives less to who fails, and gives it back turn by turn', () => {
	const [strategy, all] = [turns(), failing(1, 3, 1)];
	const [a] = all;
	if (a === undefined) throw new Error('no backend');
	strategy.done?.(a, failure);
	// It earns 0, 1, 2, 3, and 3 from then on, beside the other's 1.
	expect(picks(strategy, all, 8)).toBe('babaaaba');
});

test('Smooth weighted round robin takes a piece for each failure, down to nothing', () => {
	const lastOf = (failures: number): string => {
		const [strategy, all] = [turns(), failing(2, 9, 5)];
		const [a] = all;
		for (let i = 0; i < failures; i++) if (a !== undefined) strategy.done?.(a, failure);
		return picks(strategy, all, 4);
	};
	// A piece is 4: at first 9, 5 or 1 against 5, and one more at each turn; after the third it is 0, never less.
	expect([0, 1, 2, 3, 9].map(lastOf)).toEqual(['abaa', 'abab', 'bbab', 'bbba', 'bbba']);
});

test('Smooth weighted round robin takes nothing for what is no failure, nor where nobody is ever left out', () => {
	const expected = picks(turns(), weighing(5, 1, 1), 14);
	for (const [fall, result] of [
		[1, 'ok'],
		[1, 'cancelled'],
		[0, 'error']
	] as const) {
		const [strategy, all] = [turns(), failing(fall, 5, 1, 1)];
		for (const backend of all) strategy.done?.(backend, { ...failure, result });
		expect(picks(strategy, all, 14)).toBe(expected);
	}
});
