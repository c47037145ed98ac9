import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cluster } from '#balancer/cluster.ts';
import { haproxyHashConsistent } from '#balancer/strategies/haproxy-hash-consistent.ts';
import type { Backend } from '#balancer/strategy.ts';
import { callWith, scripted, weighing } from '../backends.ts';

const create = (balance = 0, stirred = 1) =>
	haproxyHashConsistent.create({ function: 0, avalanche: stirred, balance }, scripted());
const keys = Array.from({ length: 1500 }, (_, id) => `user${String(id)}`);

test('HAProxy’s consistent hash moves only the keys of a server that left, and gives them back', () => {
	const all = weighing(2, 1, 1, 3);
	const strategy = create();
	const owners = (list: readonly Backend[]): (Backend | undefined)[] =>
		keys.map((key) => strategy.pick(list, callWith(key)));
	const before = owners(all);
	const [gone] = all;
	const without = owners(all.slice(1));
	before.forEach((owner, i) => {
		if (owner !== gone) expect(without[i]).toBe(owner);
	});
	expect(before.filter((owner) => owner === gone).length).toBeGreaterThan(100);
	expect(owners([...all])).toEqual(before);
});

test('HAProxy’s consistent hash goes by the servers’ numbers, not by their places', () => {
	const [a, b, c] = weighing(1, 1, 1);
	if (a === undefined || b === undefined || c === undefined) return;
	const [one, other] = [create(), create()];
	for (const key of keys.slice(0, 200)) {
		expect(one.pick([a, b, c], callWith(key))).toBe(other.pick([c, a, b], callWith(key)));
	}
});

test('HAProxy’s consistent hash shares out by weight', () => {
	const all = weighing(100, 200, 100);
	const strategy = create();
	const given = keys.map((key) => strategy.pick(all, callWith(key)));
	all.forEach((backend) => {
		const share = given.filter((owner) => owner === backend).length / keys.length;
		expect(Math.abs(share - backend.weight / 400)).toBeLessThan(0.06);
	});
});

test('HAProxy’s consistent hash walks on past the one that failed', () => {
	const all = weighing(1, 1, 1);
	const strategy = create();
	for (const key of keys.slice(0, 200)) {
		const owner = strategy.pick(all, callWith(key));
		const next = strategy.pick(all, callWith(key), owner && [owner]);
		expect(all).toContain(next);
		expect(next).not.toBe(owner);
	}
});

test('HAProxy’s consistent hash lets requests without a key step along the points', () => {
	const strategy = create();
	const all = weighing(1, 1, 1);
	const turn = (): string[] => Array.from({ length: 48 }, () => strategy.pick(all, callWith(''))?.id ?? '-');
	const circle = turn();
	for (const id of ['a', 'b', 'c']) expect(circle.filter((picked) => picked === id)).toHaveLength(16);
	expect(turn()).toEqual(circle);
});

test('With a balance factor no server has more than its bound, whatever key is popular', () => {
	const step = fc.record({ ends: fc.nat(9), key: fc.constantFrom('popular', 'popular', 'other', '') });
	const factors = fc.integer({ min: 101, max: 400 });
	fc.assert(
		fc.property(factors, fc.array(step, { maxLength: 150 }), (factor, steps) => {
			const cluster = new Cluster(create(factor));
			const weights = [1, 2, 1, 4];
			weights.forEach((weight, i) => cluster.add(`s${String(i)}`, { weight }, 0));
			const open: Backend[] = [];
			for (const [at, { ends, key }] of steps.entries()) {
				if (ends < 4) {
					for (const backend of open.splice(ends, 1)) {
						cluster.release(backend, { call: callWith(''), at, latency: 0, result: 'ok' });
					}
				}
				const slots = Math.floor(((open.length + 1) * factor + 99) / 100);
				const picked = cluster.acquire(callWith(key, at));
				if (picked === undefined) throw new Error('Nobody has a limit, but the call was declined.');
				open.push(picked);
				// Those without a key take turns, and are not bounded. The bound is the weight's share of the slots, rounded up.
				if (key !== '') expect(picked.inflight).toBeLessThanOrEqual(Math.ceil((slots * picked.weight) / 8));
			}
		})
	);
});

test('A balance factor counts the requests of servers that are out by now', () => {
	const cluster = new Cluster(create(150));
	for (const id of ['a', 'b', 'c']) cluster.add(id, {}, 0);
	const open = Array.from({ length: 30 }, (_, id) => cluster.acquire(callWith(`user${String(id)}`, id)));
	const out = open[0];
	if (out === undefined) throw new Error('Nobody took the first call.');
	cluster.setState(out.id, 'down', 1);
	// Two servers share floor(31 × 1.5) slots: one that has 20 is not at its bound yet.
	const picked = Array.from({ length: 12 }, (_, id) => cluster.acquire(callWith('popular', 100 + id)));
	const counts = cluster.available.map(({ inflight }) => inflight);
	expect(picked.every((backend) => backend === picked[0])).toBe(true);
	expect(Math.max(...counts)).toBeGreaterThan(Math.ceil((32 * 1.5) / 3));
});
