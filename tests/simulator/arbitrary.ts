import fc from 'fast-check';
import { strategyNames } from '#balancer/strategies/index.ts';
import { type Change, readScenario, type Scenario } from '#simulator/scenario.ts';

const durationMs = 2000;

const backend = fc.record({
	workers: fc.integer({ min: 1, max: 3 }),
	queue: fc.integer({ min: 0, max: 5 }),
	speed: fc.constantFrom(0.5, 1, 2),
	weight: fc.constantFrom(1, 2, 5)
});

/** Whole and half milliseconds, so that changes often meet events of steady traffic at the same instant. */
const instant = fc.integer({ min: 0, max: 2 * durationMs }).map((half) => half / 2);

/** A change that may not fit yet: `target` counts among the servers that are there by then. */
const wish = fc.record({
	at: instant,
	what: fc.constantFrom<Change['do']>(
		...(['add', 'remove', 'stop', 'fail', 'slow', 'restart', 'drain', 'ready', 'weight'] as const),
		...(['traffic', 'strategy', 'request'] as const)
	),
	target: fc.nat(),
	amount: fc.constantFrom(0.25, 1, 3),
	strategy: fc.constantFrom(...strategyNames),
	backend
});
type Wish = typeof wish extends fc.Arbitrary<infer W> ? W : never;

/** Small scenarios in which everything happens: overload, refusals, faults, retries, ejections and changes of all kinds. */
export const scenarios: fc.Arbitrary<Scenario> = fc
	.record({
		seed: fc.nat(),
		strategy: fc.constantFrom(...strategyNames),
		arrivals: fc.constantFrom('poisson' as const, 'steady' as const),
		perSecond: fc.constantFrom(20, 100, 400),
		law: fc.constantFrom('fixed' as const, 'exponential' as const, 'heavy' as const),
		meanMs: fc.constantFrom(5, 20, 60),
		hopMs: fc.constantFrom(0, 1, 7.5),
		retries: fc.integer({ min: 0, max: 3 }),
		health: fc.option(
			fc.record({ fall: fc.integer({ min: 1, max: 3 }), ejectMs: fc.constantFrom(0, 50, 500) })
		),
		servers: fc.array(backend, { minLength: 1, maxLength: 5 }),
		wishes: fc.array(wish, { maxLength: 12 })
	})
	.map(({ seed, strategy, arrivals, perSecond, law, meanMs, hopMs, retries, health, servers, wishes }) =>
		readScenario({
			seed,
			strategy: { name: strategy },
			traffic: { arrivals, perSecond, clients: 7 },
			work: { law, meanMs },
			network: { hopMs },
			balancer: { retries, health },
			servers: servers.map((spec, index) => ({ ...spec, id: `s${String(index)}` })),
			durationMs,
			changes: changesOf(wishes, servers.length)
		})
	);

function changesOf(wishes: readonly Wish[], servers: number): Change[] {
	const there = Array.from({ length: servers }, (_, index) => `s${String(index)}`);
	let next = servers;
	return wishes
		.toSorted((a, b) => a.at - b.at)
		.flatMap(({ at, what, target, amount, strategy, backend }): Change[] => {
			const server = there[target % Math.max(1, there.length)];
			switch (what) {
				case 'add': {
					const id = `s${String(next++)}`;
					there.push(id);
					return [{ do: 'add', at, server: { ...backend, id } }];
				}
				case 'traffic':
					return [{ do: 'traffic', at, perSecond: 100 * Math.floor(amount) }];
				case 'strategy':
					return [{ do: 'strategy', at, strategy: { name: strategy, knobs: {} } }];
				case 'request':
					return [{ do: 'request', at, key: '203.0.113.9' }];
			}
			if (server === undefined) return [];
			if (what === 'slow') return [{ do: what, at, server, speed: amount }];
			if (what === 'weight') return [{ do: what, at, server, weight: amount }];
			if (what === 'remove') there.splice(there.indexOf(server), 1);
			return [{ do: what, at, server }];
		});
}
