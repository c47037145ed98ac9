import { expect, test } from 'vitest';
import { random } from '#balancer/strategies/random.ts';
import { picks, scripted, weighing } from '../backends.ts';

test('Random cuts the interval into equal parts, whatever the weights', () => {
	const strategy = random.create({}, scripted(0, 0.249, 0.25, 0.5, 0.749, 0.75, 0.9999999999999999));
	expect(picks(strategy, weighing(9, 1, 1, 1), 7)).toBe('aabccdd');
});
