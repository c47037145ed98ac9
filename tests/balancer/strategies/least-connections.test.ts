import { expect, test } from 'vitest';
import { leastConnections } from '#balancer/strategies/least-connections.ts';
import { busy, picks, scripted } from '../backends.ts';

test('Least connections picks the least busy one, whatever the weights, without asking chance', () => {
	expect(picks(leastConnections.create({}, scripted()), busy([3, 1, 2], [100, 1, 100]), 2)).toBe('bb');
});

test('Least connections draws lots among equals, and only among them', () => {
	const strategy = leastConnections.create({}, scripted(0, 0.34, 0.67, 0.99));
	expect(picks(strategy, busy([1, 4, 1, 9, 1]), 4)).toBe('acee');
});
