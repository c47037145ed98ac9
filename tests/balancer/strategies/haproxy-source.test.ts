import { expect, test } from 'vitest';
import { avalanche, sdbm } from '#balancer/structures/haproxy-hash.ts';
import { haproxySource } from '#balancer/strategies/haproxy-source.ts';
import { haproxySourceConsistent } from '#balancer/strategies/haproxy-source-consistent.ts';
import { callWith, picks, scripted, weighing } from '../backends.ts';

const create = (stirred = 0) => haproxySource.create({ avalanche: stirred }, scripted());
const backends = weighing(1, 1, 1);

test.each([
	['10.0.0.5', 0x0a000005],
	['255.255.255.255', 0xffffffff],
	['::1', 1],
	['2001:db8::7', (0x20010db8 ^ 7) >>> 0]
])('HAProxy’s source divides %s as a number', (address, word) => {
	expect(create().pick(backends, callWith(address))).toBe(backends[word % 3]);
	expect(create(1).pick(backends, callWith(address))).toBe(backends[avalanche(word) % 3]);
});

test('HAProxy’s source parts neighbours in a network', () => {
	const given = [1, 2, 3].map((host) => create().pick(backends, callWith(`10.0.0.${String(host)}`)));
	expect(new Set(given).size).toBe(3);
});

test('HAProxy’s source hashes what is no address, and lets those without take turns', () => {
	expect(create().pick(backends, callWith('brother-anselm'))).toBe(backends[sdbm('brother-anselm') % 3]);
	expect(picks(create(), backends, 4)).toBe('abca');
});

test('HAProxy’s consistent source keeps a client’s server when another leaves', () => {
	const strategy = haproxySourceConsistent.create({ avalanche: 1, balance: 0 }, scripted());
	const clients = Array.from({ length: 300 }, (_, i) => callWith(`10.0.${String(i >> 4)}.${String(i & 15)}`));
	const before = clients.map((client) => strategy.pick(backends, client));
	const after = clients.map((client) => strategy.pick(backends.slice(1), client));
	expect(new Set(before).size).toBe(3);
	before.forEach((owner, i) => {
		if (owner !== backends[0]) expect(after[i]).toBe(owner);
	});
});
