import fc from 'fast-check';
import type { KeyRule } from '#balancer/key.ts';
import { shelf, type StrategyName } from '#balancer/strategies/index.ts';
import { canonical, clusterOf, type ClusterPlan, type PlannedServer } from '#dialects/cluster.ts';
import { readScenario } from '#simulator/scenario.ts';

/** A strategy of those named, every knob turned somewhere. */
export function strategyOf(names: readonly StrategyName[]): fc.Arbitrary<ClusterPlan['strategy']> {
	return fc.constantFrom(...names).chain((name) => {
		const knobs = Object.entries(shelf[name].knobs).map(
			([knob, { min, max }]) =>
				// A balance factor of 100 and less is none.
				[knob, fc.integer({ min, max }).map((n) => (knob === 'balance' && n <= 100 ? 0 : n))] as const
		);
		return fc.record(Object.fromEntries(knobs)).map((turned) => ({ name, knobs: turned }));
	});
}

const address = fc.oneof(
	fc.constantFrom('localhost:8000', 'web-1.example:80', '[fd00::1]:8080'),
	fc
		.tuple(fc.integer({ min: 1, max: 254 }), fc.integer({ min: 1, max: 65_535 }))
		.map(([host, port]) => `10.0.0.${String(host)}:${String(port)}`)
);

/** Servers with names and addresses of their own; one at least is no backup and has a weight. */
export function serversOf(
	weights: fc.Arbitrary<number>,
	limited: boolean
): fc.Arbitrary<readonly PlannedServer[]> {
	const limit = limited ? fc.option(fc.integer({ min: 1, max: 500 })) : fc.constant(null);
	const server = fc.record({ id: fc.constant(''), address, weight: weights, limit, backup: fc.boolean() });
	return fc
		.uniqueArray(server, { minLength: 2, maxLength: 6, selector: (one) => one.address })
		.map((servers) => servers.map((one, index) => (index === 0 ? { ...one, weight: 1, backup: false } : one)))
		.map((servers) => servers.map((one, index) => ({ ...one, id: `server-${String(index + 1)}` })));
}

export const key: fc.Arbitrary<KeyRule> = fc.oneof(
	fc.constant<KeyRule>({ by: 'address' }),
	fc.constant<KeyRule>({ by: 'header', name: 'X-User' }),
	fc.constant<KeyRule>({ by: 'parameter', name: 'id' }),
	fc.constantFrom<KeyRule>({ by: 'uri' }, { by: 'uri', whole: true }, { by: 'uri', length: 8, depth: 2 })
);

/** What every plan has, as the defaults have it. */
export function planWith(parts: Partial<ClusterPlan> & Pick<ClusterPlan, 'servers'>): ClusterPlan {
	const { strategy, balancer } = clusterOf(readScenario({ servers: [{ id: 'A' }] }));
	return canonical({
		title: '',
		frontend: '*:8080',
		strategy,
		key: { by: 'address' },
		balancer: { ...balancer, panic: false, timeoutMs: 60_000 },
		autoscaler: null,
		checkPath: '/healthz',
		connectMs: 5000,
		clientMs: 60_000,
		retryOn: 'any',
		processMax: null,
		...parts
	});
}

/** Whole seconds and half ones. */
export const span = fc.integer({ min: 1, max: 60 }).map((halves) => halves * 500);
