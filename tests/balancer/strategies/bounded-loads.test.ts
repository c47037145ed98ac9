import { expect, test } from 'vitest';
import { Cluster } from '#balancer/cluster.ts';
import { consistentHash } from '#balancer/strategies/consistent-hash.ts';
import { boundedLoads } from '#balancer/strategies/bounded-loads.ts';
import { busy, callWith, scripted, weighing } from '../backends.ts';

const make = (bound = 125) => boundedLoads.create({ bound, nodes: 100 }, scripted());

test('Bounded loads is consistent hashing as long as nobody is too full', () => {
	const backends = weighing(1, 1, 1, 1);
	const plain = consistentHash.create({ nodes: 100 }, scripted());
	const bounded = make();
	for (let i = 0; i < 200; i++) {
		const call = callWith(String(i));
		expect(bounded.pick(backends, call)).toBe(plain.pick(backends, call));
	}
});

test('Bounded loads lets one hot key spill over to more servers as it gets hotter', () => {
	const cluster = new Cluster(make(200));
	for (const id of ['a', 'b', 'c', 'd']) cluster.add(id, {}, 0);
	const held = Array.from({ length: 8 }, (_, id) => cluster.acquire(callWith('hot', id))?.id);
	// Twice the mean of m and this one, rounded up: 1 1 2 2 3 3 4 4 of four servers.
	const [first, second] = [held[0], held[1]];
	expect(held).toEqual([first, second, first, second, first, second, first, second]);
});

test('Bounded loads never goes over the bound for a retry, and rather comes back to one that failed', () => {
	// Twelve in flight and this one: 125 % of 13/3, rounded up, is 6.
	const backends = busy([0, 6, 6]);
	const [a] = backends;
	if (a === undefined) throw new Error('There are three.');
	expect(make().pick(backends, callWith('k'), [a])).toBe(a);
});

test('Bounded loads bounds a server by its weight', () => {
	// Nine in flight and this one: 125 % of 10 is 12.5, of which a may have ⌈2.5⌉ and b ⌈10⌉.
	const light = make();
	for (let i = 0; i < 50; i++) {
		expect(light.pick(busy([3, 6], [1, 4]), callWith(String(i)))?.id).toBe('b');
		expect(light.pick(busy([2, 10], [1, 4]), callWith(String(i)))?.id).toBeDefined();
	}
});

test('Bounded loads declines when limits leave nobody room', () => {
	const full = busy([2, 2]).map((backend) => ({ ...backend, limit: 2 }));
	expect(make().pick(full, callWith('k'))).toBeUndefined();
});
