import { expect, test } from 'vitest';
import { Cluster } from '#balancer/cluster.ts';
import { haproxyStaticRoundRobin } from '#balancer/strategies/haproxy-static-round-robin.ts';
import { callWith, picks, scripted, weighing } from '../backends.ts';

const turns = () => haproxyStaticRoundRobin.create({}, scripted());

test('HAProxy’s static round robin walks its map', () => {
	expect(picks(turns(), weighing(3, 2, 1), 8)).toBe('aababcaa');
	expect(picks(turns(), weighing(5, 1, 1), 7)).toBe('aaabaac');
});

test('HAProxy’s static round robin goes on at the same slot of a new map', () => {
	const all = weighing(3, 2, 1);
	const strategy = turns();
	expect(picks(strategy, all, 2)).toBe('aa');
	// Without the first the map is b b c, and its third slot is next.
	expect(picks(strategy, all.slice(1), 4)).toBe('cbbc');
	expect(picks(strategy, all, 3)).toBe('abc');
});

test('HAProxy’s static round robin passes over the full and the failed', () => {
	const cluster = new Cluster(turns());
	for (const id of ['a', 'b', 'c']) cluster.add(id, { limit: id === 'c' ? 3 : 1 }, 0);
	const taken = Array.from({ length: 6 }, (_, id) => cluster.acquire(callWith('', id))?.id ?? '-');
	expect(taken.join('')).toBe('abccc-');
	const all = weighing(1, 1, 1);
	const strategy = turns();
	const failed = all.slice(0, 1);
	expect(strategy.pick(all, callWith(''), failed)?.id).toBe('b');
	expect(strategy.pick(all, callWith(''), failed)?.id).toBe('c');
	expect(strategy.pick(all, callWith(''), failed)?.id).toBe('b');
});
