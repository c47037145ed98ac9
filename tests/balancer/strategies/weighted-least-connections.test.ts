import fc from 'fast-check';
import { expect, test } from 'vitest';
import { weightedLeastConnections } from '#balancer/strategies/weighted-least-connections.ts';
import { busy, callWith, picks, scripted, weighing } from '../backends.ts';

const create = () => weightedLeastConnections.create({}, scripted());

test('Weighted least connections counts a request at a big server for less', () => {
	expect(picks(create(), busy([7, 2], [4, 1]), 2)).toBe('aa');
	expect(picks(create(), busy([9, 2], [4, 1]), 2)).toBe('bb');
});

test('Weighted least connections lets idle servers take weighted turns', () => {
	expect(picks(create(), weighing(5, 1, 1), 7)).toBe('aabacaa');
});

test('Weighted least connections orders and ties whole numbers as crosswise multiplication does', () => {
	const server = fc.tuple(fc.nat(100_000), fc.integer({ min: 1, max: 1000 }));
	// Half the pairs are made equal, which chance would hardly ever do.
	const pair = fc.oneof(
		fc.tuple(server, server),
		fc
			.tuple(server, fc.integer({ min: 1, max: 9 }))
			.map(([[count, weight], k]) => [[count, weight] as const, [count * k, weight * k] as const])
	);
	fc.assert(
		fc.property(pair, ([[a, v], [b, w]]) => {
			const order = a * w - b * v;
			// On a tie the heavier earns more and wins the first turn, the first of equals.
			const expected = order === 0 ? (v >= w ? 'a' : 'b') : order < 0 ? 'a' : 'b';
			expect(picks(create(), busy([a, b], [v, w]), 1)).toBe(expected);
		})
	);
});

test('Weighted least connections moves nobody else’s turn when one alone is least busy', () => {
	const strategy = create();
	expect(picks(strategy, weighing(2, 1), 1)).toBe('a');
	expect(picks(strategy, busy([1, 0], [2, 1]), 5)).toBe('bbbbb');
});

test('Weighted least connections believes the load to be requests per weight', () => {
	const [a] = busy([3], [2]);
	if (a === undefined) throw new Error('no backend');
	expect(create().load?.(a, 0)).toBe(1.5);
});

test('Weighted least connections trusts a server again only in the turns it takes', () => {
	const strategy = create();
	const idle = weighing(3, 1).map((backend) => ({ ...backend, fall: 1 }));
	const [a, b] = idle;
	if (a === undefined || b === undefined) throw new Error('no backend');
	strategy.done?.(a, { call: callWith(''), at: 0, latency: 1, result: 'error' });
	// Alone at the least it is picked without a turn, and stays distrusted.
	const b1 = { ...b, inflight: 1 };
	expect(picks(strategy, [a, b1], 5)).toBe('aaaaa');
	expect(picks(strategy, idle, 8)).toBe('babaaaba');
});
