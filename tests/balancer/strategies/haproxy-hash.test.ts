import { expect, test } from 'vitest';
import { avalanche, djb2, hashFunctions, sdbm } from '#balancer/structures/haproxy-hash.ts';
import { emptyValue, noParameter } from '#balancer/key.ts';
import { haproxyHash } from '#balancer/strategies/haproxy-hash.ts';
import { haproxyHashConsistent } from '#balancer/strategies/haproxy-hash-consistent.ts';
import { callWith, picks, scripted, weighing } from '../backends.ts';

const create = (name = 0, stirred = 0) =>
	haproxyHash.create({ function: name, avalanche: stirred }, scripted());
const backends = weighing(1, 1, 1);

test('HAProxy’s map-based hash takes the slot that the hash leaves', () => {
	for (let id = 0; id < 100; id++) {
		const key = `user${String(id)}`;
		hashFunctions.forEach((hash, name) => {
			expect(create(name).pick(backends, callWith(key))).toBe(backends[hash(key) % 3]);
			expect(create(name, 1).pick(backends, callWith(key))).toBe(backends[avalanche(hash(key)) % 3]);
		});
	}
});

test('HAProxy’s map-based hash lets requests without a key take turns', () => {
	expect(picks(create(), weighing(3, 2, 1), 8)).toBe('aababcaa');
});

test('HAProxy’s map-based hash sends a value that is there but empty to one server', () => {
	const strategy = create(1);
	for (let i = 0; i < 4; i++) {
		expect(strategy.pick(backends, callWith(emptyValue))).toBe(backends[djb2('') % 3]);
	}
});

test('HAProxy’s map-based hash passes over nobody, neither the full nor the failed', () => {
	const full = backends.map((backend) => ({ ...backend, limit: 1, inflight: 1 }));
	const own = full[sdbm('user0') % 3];
	expect(create().pick(full, callWith('user0'), own && [own])).toBe(own);
});

test('HAProxy’s hashes give the last server a request without a header even if it is full, but not one without a parameter', () => {
	const full = weighing(1).map((backend) => ({ ...backend, limit: 1, inflight: 1 }));
	const consistent = haproxyHashConsistent.create({ function: 0, avalanche: 1, balance: 0 }, scripted());
	for (const strategy of [create(), consistent]) {
		expect(strategy.pick(full, callWith(''))).toBe(full[0]);
		expect(strategy.pick(full, callWith(noParameter))).toBeUndefined();
	}
});
