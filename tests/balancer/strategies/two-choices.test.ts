import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import { twoChoices } from '#balancer/strategies/two-choices.ts';
import type { Backend } from '#balancer/strategy.ts';
import { busy, callWith, picks, scripted } from '../backends.ts';

test('Two choices takes the less busy of two', () => {
	// The second lot steps over the first: after c (2 of 0..4), lot 2 of 0..3 means d.
	const strategy = twoChoices.create({ choices: 2 }, scripted(0.4, 0.5, 0.4, 0));
	expect(picks(strategy, busy([0, 0, 5, 4, 0]), 1)).toBe('d');
	expect(picks(strategy, busy([6, 0, 5, 0, 0]), 1)).toBe('c');
});

test('Two choices takes the first drawn on a tie', () => {
	const strategy = twoChoices.create({ choices: 2 }, scripted(0.99, 0, 0, 0.99));
	expect(picks(strategy, busy([1, 1, 1]), 2)).toBe('ca');
});

test('Two choices always draws different servers', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 2, max: 5 }),
			fc.integer({ min: 1, max: 9 }),
			fc.nat(),
			(choices, size, seed) => {
				const strategy = twoChoices.create({ choices }, randomStream(seed));
				const looked: Backend[] = [];
				const backends = busy(Array.from({ length: size }, (_, i) => i)).map((backend) => ({
					...backend,
					get inflight() {
						if (!looked.includes(this)) looked.push(this);
						return backend.inflight;
					}
				}));
				const picked = strategy.pick(backends, callWith(''));
				// A lone server is not even looked at.
				if (size === 1) expect(picked).toBe(backends[0]);
				else {
					expect(looked).toHaveLength(Math.min(choices, size));
					expect(picked?.inflight).toBe(Math.min(...looked.map(({ inflight }) => inflight)));
				}
			}
		)
	);
});

test('Two choices draws every pair equally often', () => {
	const strategy = twoChoices.create({ choices: 2 }, randomStream(1, 'pairs'));
	// With 0, 1, 2, 3, 4 in flight, the server of rank r wins the 4 - r pairs in which the other is busier, of 10.
	const backends = busy([0, 1, 2, 3, 4]);
	const given = picks(strategy, backends, 100_000);
	const shares = backends.map(({ id }) => (given.split(id).length - 1) / 100_000);
	// Four standard deviations of a share of 100,000 are below 0.0063.
	[0.4, 0.3, 0.2, 0.1, 0].forEach((share, rank) => {
		expect(Math.abs((shares[rank] ?? 0) - share)).toBeLessThan(0.0063);
	});
});

test('Two choices with as many choices as servers finds the least busy of all', () => {
	const strategy = twoChoices.create({ choices: 5 }, randomStream(2));
	expect(picks(strategy, busy([4, 2, 1, 3, 5]), 50)).toBe('c'.repeat(50));
});
