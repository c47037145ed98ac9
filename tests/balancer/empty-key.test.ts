import { expect, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import { createStrategy, strategyNames, type StrategyName } from '#balancer/strategies/index.ts';
import { callWith, weighing } from './backends.ts';

/** What a strategy that goes by the key makes of a call without one. */
const without: Readonly<Partial<Record<StrategyName, 'one server' | 'turns' | 'lots'>>> = {
	'ip-hash': 'one server',
	'consistent-hash': 'one server',
	'bounded-loads': 'one server',
	rendezvous: 'one server',
	maglev: 'one server',
	'haproxy-hash': 'turns',
	'haproxy-source': 'turns',
	// Along the points of the ring, which do not take turns as evenly as servers do.
	'haproxy-hash-consistent': 'lots',
	'haproxy-source-consistent': 'lots',
	'nginx-hash': 'turns',
	'nginx-hash-consistent': 'turns',
	'caddy-hash': 'lots',
	'envoy-ring-hash': 'lots',
	'envoy-maglev': 'lots'
};

const backends = weighing(1, 1, 1);
const picked = (name: StrategyName, keyOf: (id: number) => string): string => {
	const strategy = createStrategy(name, {}, randomStream(2, 'keys'));
	return Array.from({ length: 120 }, (_, id) => strategy.pick(backends, callWith(keyOf(id), id))?.id).join(
		''
	);
};

test.each(Object.entries(without))('%s gives calls without a key to %s', (name, what) => {
	const found = picked(name as StrategyName, () => '');
	if (what === 'one server') expect(new Set(found).size).toBe(1);
	if (what === 'turns') expect(found).toBe('abc'.repeat(40));
	if (what === 'lots') {
		for (const id of 'abc') expect(found.split(id).length - 1).toBeGreaterThan(15);
		expect(found).not.toBe('abc'.repeat(40));
	}
});

test('Whoever goes by the key says what it makes of none', () => {
	const byKey = strategyNames.filter((name) => {
		// A strategy that gives one key always to the same server, and not all keys.
		const same = picked(name, () => '10.1.2.3');
		return new Set(same).size === 1 && new Set(picked(name, (id) => `10.9.${String(id)}.7`)).size > 1;
	});
	expect(byKey.toSorted()).toEqual(Object.keys(without).toSorted());
});
