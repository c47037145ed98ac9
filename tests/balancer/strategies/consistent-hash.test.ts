import { expect, test } from 'vitest';
import { consistentHash } from '#balancer/strategies/consistent-hash.ts';
import type { Backend } from '#balancer/strategy.ts';
import { busy, callWith, scripted, weighing } from '../backends.ts';

const make = (nodes = 100) => consistentHash.create({ nodes }, scripted());
const keys = Array.from({ length: 5000 }, (_, i) => `pilgrim ${String(i)}`);

test('Consistent hashing sends a key to the same server every time, also after a swap', () => {
	const backends = weighing(1, 1, 1, 1);
	const one = make();
	const other = make();
	for (const key of keys.slice(0, 200)) {
		const first = one.pick(backends, callWith(key));
		expect(one.pick(backends, callWith(key, 7, 9))).toBe(first);
		expect(other.pick(backends, callWith(key))).toBe(first);
	}
});

test('Consistent hashing takes a retry where the key would go if the failed servers had left', () => {
	const all = weighing(1, 1, 1, 1, 1);
	const strategy = make();
	const smaller = make();
	for (const key of keys.slice(0, 300)) {
		const first = strategy.pick(all, callWith(key));
		if (first === undefined) throw new Error('Nobody was picked.');
		const left = all.filter((backend) => backend !== first);
		const second = smaller.pick(left, callWith(key));
		expect(strategy.pick(all, callWith(key), [first])).toBe(second);
	}
});

test('Consistent hashing comes back to the first when all have failed', () => {
	const all = weighing(1, 1, 1);
	const strategy = make(3);
	for (const key of keys.slice(0, 20)) {
		expect(strategy.pick(all, callWith(key), all)).toBe(strategy.pick(all, callWith(key)));
	}
});

test('Consistent hashing passes over a server at its limit', () => {
	const all: readonly Backend[] = busy([1, 1, 1]).map((backend) => ({
		...backend,
		limit: backend.id === 'b' ? 1 : 2
	}));
	const picked = new Set(keys.map((key) => make().pick(all, callWith(key))?.id));
	expect([...picked].sort()).toEqual(['a', 'c']);
});

test('Consistent hashing is the more even the more points each server has', () => {
	const backends = weighing(1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
	const unevenness = (nodes: number): number => {
		const strategy = make(nodes);
		const counts = new Map<string, number>();
		for (const key of keys) {
			const id = strategy.pick(backends, callWith(key))?.id ?? '';
			counts.set(id, (counts.get(id) ?? 0) + 1);
		}
		return Math.hypot(...backends.map(({ id }) => (counts.get(id) ?? 0) / 500 - 1));
	};
	expect(unevenness(10)).toBeLessThan(unevenness(1));
	expect(unevenness(250)).toBeLessThan(unevenness(10));
});
