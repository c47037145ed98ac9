import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cluster } from '#balancer/cluster.ts';
import { haproxyLeastConnections } from '#balancer/strategies/haproxy-least-connections.ts';
import type { Backend } from '#balancer/strategy.ts';
import { busy, callWith, picks, scripted } from '../backends.ts';

const create = () => haproxyLeastConnections.create({}, scripted());

function clusterOf(...weights: number[]): Cluster {
	const cluster = new Cluster(create());
	weights.forEach((weight, i) => cluster.add(String.fromCharCode(97 + i), { weight }, 0));
	return cluster;
}

const end = (cluster: Cluster, backend: Backend): void => {
	cluster.release(backend, { call: callWith(''), at: 0, latency: 0, result: 'ok' });
};

/** As many requests, one after the other; each is over before the next. */
function inTurn(cluster: Cluster, count: number): string {
	return Array.from({ length: count }, (_, id) => {
		const backend = cluster.acquire(callWith('', id));
		if (backend !== undefined) end(cluster, backend);
		return backend?.id ?? '-';
	}).join('');
}

test('HAProxy’s leastconn takes turns among the idle, whatever their weight', () => {
	expect(inTurn(clusterOf(1, 1, 1), 7)).toBe('abcabca');
	expect(inTurn(clusterOf(5, 1, 1), 7)).toBe('abcabca');
});

test('HAProxy’s leastconn fills by weight, once nobody is idle', () => {
	const cluster = clusterOf(3, 1);
	// With the next one in mind a comes to equal b at its fifth, and b has had that load longer.
	const taken = Array.from({ length: 8 }, (_, id) => cluster.acquire(callWith('', id))?.id).join('');
	expect(taken).toBe('abaaaaba');
});

test('HAProxy’s leastconn asks who is least loaded with the next request in mind', () => {
	// With it b would have 3 on weight 2, a 2 on weight 1.
	expect(picks(create(), busy([1, 2], [1, 2]), 1)).toBe('b');
});

test('HAProxy’s leastconn sends whoever ended behind its equals', () => {
	const cluster = clusterOf(1, 1, 1);
	const [a, b] = [cluster.acquire(callWith('', 0)), cluster.acquire(callWith('', 1))];
	if (a === undefined || b === undefined) return;
	end(cluster, b);
	end(cluster, a);
	expect(inTurn(cluster, 3)).toBe('cba');
});

test('HAProxy’s leastconn finds the least loaded by its own key, whatever happens', () => {
	const step = fc.record({
		what: fc.constantFrom('call', 'call', 'call', 'end', 'end', 'weight', 'down', 'ready' as const),
		which: fc.nat(4),
		weight: fc.integer({ min: 1, max: 9 })
	});
	fc.assert(
		fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
			const strategy = create();
			const cluster = new Cluster(strategy);
			for (let i = 0; i < 5; i++) cluster.add(`s${String(i)}`, { weight: i + 1, limit: i + 2 }, 0);
			const open: Backend[] = [];
			for (const [at, { what, which, weight }] of steps.entries()) {
				const name = `s${String(which)}`;
				if (what === 'weight') cluster.setWeight(name, weight, at);
				else if (what === 'end') {
					for (const backend of open.splice(which, 1)) end(cluster, backend);
				} else if (what !== 'call') cluster.setState(name, what, at);
				else {
					const loadOf = (backend: Backend): number => strategy.load?.(backend, at) ?? NaN;
					const loads = cluster.available
						.filter(({ inflight, limit }) => inflight < limit)
						.map((backend) => [backend, loadOf(backend)] as const);
					const least = Math.min(...loads.map(([, load]) => load));
					const picked = cluster.acquire(callWith('', at));
					if (loads.length === 0) expect(picked).toBeUndefined();
					else expect(loads.find(([backend]) => backend === picked)?.[1]).toBe(least);
					if (picked !== undefined) open.push(picked);
				}
			}
		})
	);
});

test('HAProxy’s leastconn passes over the one that failed, unless it is the only one', () => {
	const all = busy([0, 5]);
	const strategy = create();
	expect(strategy.pick(all, callWith(''), all.slice(0, 1))).toBe(all[1]);
	expect(strategy.pick(all, callWith(''))).toBe(all[0]);
	const alone = busy([0]);
	expect(create().pick(alone, callWith(''), alone)).toBe(alone[0]);
});
