import { expect, test } from 'vitest';
import { Cluster } from '#balancer/cluster.ts';
import { envoyLeastRequest } from '#balancer/strategies/envoy-least-request.ts';
import { busy, callWith, picks, scripted, weighing } from '../backends.ts';

const knobs = { choices: 2, bias: 10 };

test('Envoy least request takes the less busy of two among equals, the first drawn on a tie', () => {
	const strategy = envoyLeastRequest.create(knobs, scripted(0.4, 0.7, 0.9, 0.1));
	expect(picks(strategy, busy([0, 2, 5, 4, 2]), 2)).toBe('da');
	const tied = envoyLeastRequest.create(knobs, scripted(0.7, 0.1));
	expect(picks(tied, busy([1, 1, 1, 1]), 1)).toBe('c');
});

test('Envoy least request may draw the same server twice', () => {
	const strategy = envoyLeastRequest.create(knobs, scripted(0.5, 0.5));
	expect(picks(strategy, busy([0, 9]), 1)).toBe('b');
});

test('Envoy least request gives turns by weight where weights are unequal and nobody is busy', () => {
	// The lot of 0 begins with the first turn of all: due at 1/2, 1, 1, …, where a was put in again after b.
	const strategy = envoyLeastRequest.create(knobs, scripted(0));
	expect(picks(strategy, weighing(2, 1), 6)).toBe('abaaba');
});

test('Envoy least request begins, with unequal weights, at a turn by lot', () => {
	const strategy = envoyLeastRequest.create(knobs, scripted(0.5));
	expect(picks(strategy, weighing(2, 1), 5)).toBe('baaba');
});

test('Envoy least request lets a busy server wait longer for its next turn', () => {
	// a: weight 2 with three in flight is due every 2, b every 1.
	const strategy = envoyLeastRequest.create(knobs, scripted(0));
	expect(picks(strategy, busy([3, 0], [2, 1]), 6)).toBe('babbab');
	const blind = envoyLeastRequest.create({ choices: 2, bias: 0 }, scripted(0));
	expect(picks(blind, busy([3, 0], [2, 1]), 6)).toBe('abaaba');
});

test('Envoy least request picks again for a retry, and keeps its turns', () => {
	const cluster = new Cluster(envoyLeastRequest.create({ choices: 2, bias: 0 }, scripted(0)));
	const a = cluster.add('a', { weight: 9 }, 0);
	const b = cluster.add('b', { weight: 1 }, 0);
	expect(cluster.acquire(callWith(''))).toBe(a);
	expect(cluster.acquire(callWith('', 1), [b])).toBe(a);
	expect(cluster.acquire(callWith('', 2), [a])).toBe(a);
});
