import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cluster } from '#balancer/cluster.ts';
import { haproxyFirst } from '#balancer/strategies/haproxy-first.ts';
import type { Backend } from '#balancer/strategy.ts';
import { callWith, scripted, weighing } from '../backends.ts';

const create = () => haproxyFirst.create({}, scripted());

test('HAProxy’s first fills one server after the other, in the order of their numbers', () => {
	const cluster = new Cluster(create());
	cluster.add('a', { number: 30, limit: 1 }, 0);
	cluster.add('b', { number: 10, limit: 2 }, 0);
	cluster.add('c', { number: 20, limit: 1 }, 0);
	const taken = Array.from({ length: 5 }, (_, id) => cluster.acquire(callWith('', id))?.id ?? '-');
	expect(taken.join('')).toBe('bbca-');
});

test('HAProxy’s first always finds the first with room, whoever ends', () => {
	fc.assert(
		fc.property(fc.array(fc.nat(12), { maxLength: 150 }), (steps) => {
			const cluster = new Cluster(create());
			for (let i = 0; i < 6; i++) cluster.add(`s${String(i)}`, { limit: 1 + (i % 3) }, 0);
			const open: Backend[] = [];
			for (const [at, step] of steps.entries()) {
				if (step < 5) {
					for (const backend of open.splice(step, 1)) {
						cluster.release(backend, { call: callWith(''), at, latency: 0, result: 'ok' });
					}
					continue;
				}
				const first = cluster.available.find(({ inflight, limit }) => inflight < limit);
				const picked = cluster.acquire(callWith('', at));
				expect(picked).toBe(first);
				if (picked !== undefined) open.push(picked);
			}
		})
	);
});

test('HAProxy’s first passes over the one that failed, unless it is the only one', () => {
	const all = weighing(1, 1);
	const strategy = create();
	expect(strategy.pick(all, callWith(''), all.slice(0, 1))).toBe(all[1]);
	expect(strategy.pick(all, callWith(''))).toBe(all[0]);
	const alone = weighing(1);
	expect(create().pick(alone, callWith(''), alone)).toBe(alone[0]);
});
