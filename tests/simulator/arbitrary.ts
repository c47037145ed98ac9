import fc from 'fast-check';
import { strategyNames } from '#balancer/strategies/index.ts';
import { type Change, readScenario, type Scenario } from '#simulator/scenario.ts';

const durationMs = 1000;

/** Usually left out: then the default holds, and each scenario has a few things that are special about it. */
function sometimes<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
	return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

const flag = sometimes(fc.constant(true));

/** Half milliseconds, so that changes often meet events of steady traffic at the same instant. */
const instant = fc.integer({ min: 0, max: 2 * durationMs }).map((half) => half / 2);

const server = fc.record({
	discipline: sometimes(fc.constant('sharing' as const)),
	workers: fc.integer({ min: 1, max: 3 }),
	slots: sometimes(fc.integer({ min: 1, max: 6 })),
	queue: fc.integer({ min: 0, max: 5 }),
	speed: fc.constantFrom(0.5, 1, 2),
	weight: fc.constantFrom(1, 1, 2, 5, 0),
	limit: sometimes(fc.integer({ min: 1, max: 6 })),
	backup: flag,
	distanceMs: sometimes(fc.constantFrom(1, 4.5)),
	thrash: sometimes(fc.record({ above: fc.integer({ min: 0, max: 3 }), loss: fc.constantFrom(0.2, 1) })),
	coldStart: sometimes(fc.constantFrom({ ms: 100, from: 0.1 }, { ms: 600 })),
	antagonist: sometimes(fc.constantFrom({ quietMs: 150, busyMs: 60, speed: 0.3 }, { quietMs: 5, busyMs: 2 }))
});

const traffic = fc.record({
	arrivals: fc.constantFrom(
		...([
			'poisson',
			'poisson',
			'steady',
			'steady',
			'erlang',
			'hyperexponential',
			'bursts',
			'users',
			'trace'
		] as const)
	),
	perSecond: fc.constantFrom(20, 100, 400),
	curve: sometimes(
		fc.constant([
			{ at: 100, times: 0 },
			{ at: 300, times: 3 },
			{ at: 700, times: 0.5 }
		])
	),
	bursts: fc.constant({ times: 5, quietMs: 200, busyMs: 80 }),
	users: fc.integer({ min: 1, max: 25 }),
	think: fc.constantFrom({ meanMs: 0 }, { meanMs: 40 }, { law: 'fixed' as const, meanMs: 10 }),
	trace: fc
		.array(
			fc.record(
				{ at: instant, key: fc.constantFrom('a', 'b'), work: fc.constantFrom(1, 25) },
				{ requiredKeys: ['at'] }
			),
			{ minLength: 1, maxLength: 60 }
		)
		.map((entries) => entries.toSorted((a, b) => a.at - b.at)),
	clients: fc.constant(7),
	zipf: sometimes(fc.constant(1.1)),
	giant: sometimes(fc.constant(0.6)),
	patience: sometimes(
		fc.record({
			law: fc.constantFrom('fixed' as const, 'exponential' as const),
			meanMs: fc.constantFrom(1, 20, 150),
			until: fc.constantFrom('answer' as const, 'start' as const)
		})
	)
});

const balancer = fc.record({
	retries: fc.constantFrom(0, 0, 1, 3),
	redispatch: sometimes(fc.constantFrom('avoid' as const, 'never' as const)),
	again: sometimes(fc.constant(false)),
	health: sometimes(
		fc.record({
			fall: fc.integer({ min: 1, max: 3 }),
			ejectMs: fc.constantFrom(0, 50, 300),
			rule: fc.constantFrom('in-a-row' as const, 'max-fails' as const)
		})
	),
	panic: sometimes(fc.constant(false)),
	backups: sometimes(fc.constantFrom('first' as const, 'group' as const)),
	slowStartMs: sometimes(fc.constantFrom(50, 3000)),
	queue: sometimes(
		fc.record({ limit: fc.constantFrom(1, 4, 100), timeoutMs: fc.constantFrom(null, 10, 45) })
	),
	sticky: flag,
	timeoutMs: sometimes(fc.constantFrom(2, 15, 30, 100)),
	backoff: sometimes(
		fc.record({ baseMs: fc.constantFrom(0, 3, 20), mostMs: fc.constant(30), jitter: fc.boolean() })
	),
	budget: sometimes(fc.record({ ratio: fc.constantFrom(0, 0.1, 0.5), most: fc.constantFrom(1, 4) })),
	hedgeMs: sometimes(fc.constantFrom(2, 15, 40)),
	cancel: sometimes(fc.constant(false)),
	most: sometimes(fc.integer({ min: 1, max: 8 })),
	checks: sometimes(
		fc.record({
			everyMs: fc.constantFrom(20, 110),
			timeoutMs: fc.constantFrom(10, 150),
			fall: fc.integer({ min: 1, max: 2 }),
			rise: fc.integer({ min: 1, max: 2 })
		})
	),
	gates: sometimes(fc.integer({ min: 2, max: 3 })),
	sees: sometimes(fc.constant('servers' as const)),
	everyMs: sometimes(fc.constantFrom(7, 80)),
	delayMs: sometimes(fc.constantFrom(3, 60)),
	perConnection: sometimes(fc.constantFrom(2, 5))
});

/** A change that may not fit yet: `target` counts among the servers that are there by then. */
const wish = fc.record({
	at: instant,
	what: fc.constantFrom<Change['do']>(
		...(['add', 'remove', 'stop', 'hang', 'fail', 'pause', 'slow', 'restart', 'restart'] as const),
		...(['drain', 'ready', 'weight', 'traffic', 'strategy', 'request'] as const)
	),
	target: fc.nat(),
	amount: fc.constantFrom(0.25, 1, 3),
	strategy: fc.constantFrom(...strategyNames),
	server
});
type Wish = typeof wish extends fc.Arbitrary<infer W> ? W : never;

const parts = fc.record({
	seed: fc.nat(),
	strategy: fc.constantFrom(...strategyNames),
	traffic,
	work: fc.record({
		law: fc.constantFrom(
			...(['fixed', 'exponential', 'erlang', 'lognormal', 'bimodal', 'hyperexponential', 'heavy'] as const)
		),
		meanMs: fc.constantFrom(5, 20, 60)
	}),
	network: fc.constantFrom({ hopMs: 0 }, { hopMs: 0 }, { hopMs: 1 }, { hopMs: 7.5 }, { hopMs: 4, cv: 2 }),
	balancer,
	servers: fc.array(server, { minLength: 1, maxLength: 5 }),
	autoscaler: sometimes(
		fc.record({
			least: fc.constantFrom(1, 3),
			most: fc.constantFrom(3, 8),
			target: fc.constantFrom(0.3, 0.8),
			everyMs: fc.constantFrom(60, 200),
			downWindowMs: fc.constantFrom(0, 300),
			bootMs: fc.constantFrom(0, 150)
		})
	),
	sessions: sometimes(
		fc.record({ kept: fc.constantFrom('server' as const, 'store' as const), missMs: fc.constant(12) })
	),
	data: sometimes(
		fc.record({
			write: fc.integer({ min: 1, max: 3 }),
			read: fc.integer({ min: 1, max: 3 }),
			lagMs: fc.constant(10),
			writes: fc.constant(0.4),
			readYourWrites: fc.boolean()
		})
	),
	fanOut: sometimes(fc.integer({ min: 2, max: 5 })),
	wishes: fc.array(wish, { maxLength: 12 })
});
type Parts = typeof parts extends fc.Arbitrary<infer P> ? P : never;

/**
 * Small scenarios in which everything happens: every kind of traffic, server, balancer and failure that a scenario can
 * name, overload, and changes of all kinds.
 */
export const scenarios: fc.Arbitrary<Scenario> = parts.map(scenarioOf);

/** The same without what looks again and again to the end of time or never answers, and with one attempt at a time. */
export const plainScenarios: fc.Arbitrary<Scenario> = parts.map((drawn) =>
	scenarioOf({
		...drawn,
		autoscaler: undefined,
		fanOut: undefined,
		balancer: { ...drawn.balancer, hedgeMs: undefined, checks: undefined, sees: undefined, gates: undefined }
	})
);

function scenarioOf({ seed, strategy, wishes, servers, fanOut, balancer, ...rest }: Parts): Scenario {
	const host =
		fanOut === undefined ? balancer : { ...balancer, retries: 0, hedgeMs: undefined, queue: undefined };
	return readScenario({
		...rest,
		seed,
		strategy: { name: strategy },
		balancer: host,
		fanOut,
		servers: servers.map((spec, index) => ({ ...spec, id: `s${String(index)}` })),
		durationMs,
		changes: changesOf(wishes, servers.length)
	});
}

function changesOf(wishes: readonly Wish[], servers: number): unknown[] {
	const there = Array.from({ length: servers }, (_, index) => `s${String(index)}`);
	let next = servers;
	return wishes
		.toSorted((a, b) => a.at - b.at)
		.flatMap(({ at, what, target, amount, strategy, server: spec }): unknown[] => {
			const server = there[target % Math.max(1, there.length)];
			switch (what) {
				case 'add': {
					const id = `s${String(next++)}`;
					there.push(id);
					return [{ do: 'add', at, server: { ...spec, id } }];
				}
				case 'traffic':
					return [{ do: 'traffic', at, perSecond: 100 * Math.floor(amount) }];
				case 'strategy':
					return [{ do: 'strategy', at, strategy: { name: strategy } }];
				case 'request':
					return [{ do: 'request', at, key: '203.0.113.9' }];
			}
			if (server === undefined) return [];
			if (what === 'slow') return [{ do: what, at, server, speed: amount }];
			if (what === 'pause') return [{ do: what, at, server, forMs: 40 * amount }];
			if (what === 'weight') return [{ do: what, at, server, weight: Math.floor(amount) }];
			if (what === 'remove') there.splice(there.indexOf(server), 1);
			return [{ do: what, at, server }];
		});
}
