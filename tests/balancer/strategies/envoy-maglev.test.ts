import { expect, test } from 'vitest';
import { envoyMaglev, envoyTable } from '#balancer/strategies/envoy-maglev.ts';
import type { Backend } from '#balancer/strategy.ts';
import { callWith, scripted, weighing } from '../backends.ts';

/** Envoy's test hosts: 127.0.0.1:90 and up, or named so. */
const hosts = (
	weights: readonly number[],
	name = (port: number) => `127.0.0.1:${String(port)}`
): readonly Backend[] => weighing(...weights).map((backend, i) => ({ ...backend, address: name(90 + i) }));
const six = [1, 1, 1, 1, 1, 1];

test('Envoy Maglev fills the tables of Envoy’s own tests', () => {
	expect([...envoyTable(hosts(six), 7)]).toEqual([2, 4, 0, 1, 5, 0, 3]);
	expect([...envoyTable(hosts(six, String), 7)]).toEqual([2, 5, 0, 3, 4, 1, 0]);
	expect([...envoyTable(hosts([1, 2]), 17)]).toEqual([1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1]);
});

test('Envoy Maglev fills the same slots in whatever order the servers are listed', () => {
	const listed = hosts([3, 1, 4, 1, 5]);
	const turned = listed.toReversed();
	const names = (backends: readonly Backend[]): string[] =>
		[...envoyTable(backends, 251)].map((place) => backends[place]?.address ?? '');
	expect(names(turned)).toEqual(names(listed));
});

test('Envoy Maglev looks a key up by its XXH64', () => {
	const strategy = envoyMaglev.create({ size: 0 }, scripted());
	const backends = hosts(six);
	const table = [2, 4, 0, 1, 5, 0, 3];
	// XXH64 of a and abc, as published.
	for (const [key, hash] of [
		['a', 0xd24ec4f1a98c6e5bn],
		['abc', 0x44bc2cf5ad770999n]
	] as const) {
		expect(strategy.pick(backends, callWith(key))).toBe(backends[table[Number(hash % 7n)] ?? -1]);
		const retried = BigInt.asUintN(64, hash ^ -1n);
		const [first, next] = [table[Number(hash % 7n)] ?? -1, table[Number(retried % 7n)] ?? -1];
		const tried = backends.filter((_, place) => place === first);
		if (next !== first) expect(strategy.pick(backends, callWith(key), tried)).toBe(backends[next]);
	}
});

test('Envoy Maglev leaves a failed server for another one', () => {
	const strategy = envoyMaglev.create({ size: 4 }, scripted());
	const backends = hosts(six);
	for (let i = 0; i < 300; i++) {
		const call = callWith(`pilgrim ${String(i)}`);
		const first = strategy.pick(backends, call);
		expect(strategy.pick(backends, call, first === undefined ? [] : [first])).not.toBe(first);
	}
});
