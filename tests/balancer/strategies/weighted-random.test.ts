import { expect, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import { weightedRandom } from '#balancer/strategies/weighted-random.ts';
import { callWith, picks, weighing } from '../backends.ts';

test('Weighted random gives shares in proportion to weights', () => {
	const strategy = weightedRandom.create({}, randomStream(1));
	const given = picks(strategy, weighing(1, 2, 3, 0.5), 65_000);
	// Four standard deviations of 30,000 of 65,000 are 510.
	[10_000, 20_000, 30_000, 5000].forEach((share, place) => {
		const count = given.split('abcd'[place] ?? '').length - 1;
		expect(Math.abs(count - share)).toBeLessThan(510);
	});
});

test('Weighted random follows a weight that changes', () => {
	const strategy = weightedRandom.create({}, randomStream(2));
	strategy.pick(weighing(1, 1), callWith(''));
	const given = picks(strategy, weighing(1e-12, 1), 1000);
	expect(given).toBe('b'.repeat(1000));
});

test('Weighted random draws one number a pick, so that what follows does not hang on the weights', () => {
	let drawn = 0;
	const strategy = weightedRandom.create({}, () => ++drawn / 1000);
	picks(strategy, weighing(5, 1, 1), 100);
	expect(drawn).toBe(100);
});
