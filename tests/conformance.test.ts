import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Cluster } from '#balancer/cluster.ts';
import { randomStream } from '#balancer/random.ts';
import { createStrategy, shelf, strategyNames, type StrategyName } from '#balancer/strategies/index.ts';
import type { Backend, Because, Call, Outcome, Strategy } from '#balancer/strategy.ts';
import { busy, callWith } from './balancer/backends.ts';

/** How many backends a strategy compares by its own `load`, where that is not two at least. */
const compares: Readonly<Partial<Record<StrategyName, (knobs: Readonly<Record<string, number>>) => number>>> =
	{
		'least-connections': () => Infinity,
		'weighted-least-connections': () => Infinity,
		'two-choices': ({ choices }) => choices ?? 0,
		// Two as a rule; but where one is so heavy that it is drawn again and again, a turn decides without a look.
		'nginx-random': () => 1,
		'haproxy-least-connections': () => Infinity
	};

/** How far from the mean the share of one of twenty equal backends may be after 40,000 calls; 0.1 is 4.6 standard deviations of pure chance. */
const chance = 0.1;

/** The same of those who are more even than chance, or less. */
const unevenness: Readonly<Partial<Record<StrategyName, number>>> = {
	'round-robin': 0,
	'smooth-weighted-round-robin': 0,
	'weighted-least-connections': 0,
	// A hundred points a server leave arcs that differ by a tenth as a rule, by a quarter for some of twenty.
	'consistent-hash': 0.3,
	'bounded-loads': 0.3,
	// A hundred and sixty points a server leave arcs that differ by a twelfth as a rule.
	'nginx-hash-consistent': 0.3,
	// Fifty-two points a server, where a standard deviation is a seventh.
	'envoy-ring-hash': 0.4,
	// Twenty addresses of one letter each, and only the last letters differ: some get nothing, some five times their due.
	'caddy-hash': 19,
	'haproxy-round-robin': 0,
	'haproxy-static-round-robin': 0,
	// Equals take turns by changes of their counts, and here no count ever changes.
	'haproxy-least-connections': 19,
	// Without limits the first has room for all.
	'haproxy-first': 19,
	// Sixteen points a server at weight 1, and nearest rather than next, leave arcs that differ by a fifth as a rule.
	'haproxy-random': 0.4,
	'haproxy-hash-consistent': 0.4,
	'haproxy-source-consistent': 0.4
};

const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string());
const anyLoads = fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 100 })), {
	minLength: 1,
	maxLength: 12
});
const backendsOf = (loads: readonly (readonly [number, number])[]): readonly Backend[] =>
	busy(
		loads.map(([inflight]) => inflight),
		loads.map(([, weight]) => weight)
	);

function anyKnobs(name: StrategyName): fc.Arbitrary<Record<string, number>> {
	const knobs = Object.entries(shelf[name].knobs).map(([knob, { min, max, step }]) => {
		const steps = Math.floor((max - min) / step);
		return [knob, fc.nat(steps).map((count) => min + count * step)] as const;
	});
	return fc.record(Object.fromEntries(knobs));
}

/** The share of each of twenty equal backends, over the mean; each call from an address of its own. */
function shares(strategy: Strategy, listOf: (backends: readonly Backend[]) => readonly Backend[]): number[] {
	const twenty = busy(Array<number>(20).fill(0));
	const given = new Map(twenty.map((backend) => [backend, 0]));
	const octet = randomStream(5, 'addresses');
	for (let id = 0; id < 40_000; id++) {
		const address = Array.from({ length: 4 }, () => String(Math.floor(octet() * 256))).join('.');
		const picked = strategy.pick(listOf(twenty), callWith(address, id));
		if (picked !== undefined) given.set(picked, (given.get(picked) ?? 0) + 1);
	}
	return [...given.values()].map((count) => count / 2000);
}

test('The shelf has names that can be said, typed and linked', () => {
	for (const name of strategyNames) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
	expect(new Set(strategyNames.map((name) => shelf[name].title)).size).toBe(strategyNames.length);
});

test('A knob that is not turned keeps its initial value', () => {
	const loads = busy([1, 3, 2, 0, 4]);
	for (const name of strategyNames) {
		const initial = Object.entries(shelf[name].knobs).map(([knob, { initial }]) => [knob, initial] as const);
		const unsaid = createStrategy(name, {}, randomStream(1));
		const said = createStrategy(name, Object.fromEntries(initial), randomStream(1));
		for (let id = 0; id < 50; id++) {
			const call = callWith(String(id), id);
			expect(unsaid.pick(loads, call)).toBe(said.pick(loads, call));
		}
	}
});

/** Whom it picks in a cluster with limits, failures, retries and changes. Whoever hears is told why, and looks at the space. */
function eventful(
	strategy: Strategy,
	name: string,
	hear?: (picked: Backend, from: readonly Backend[], strategy: Strategy, why?: Because) => void
): string {
	let from: readonly Backend[] = [];
	let picked: Backend | undefined;
	/** As a host sees it: what the strategy was shown is what it is asked about. */
	const watched: Strategy = Object.assign(Object.create(strategy) as Strategy, {
		pick(backends: readonly Backend[], call: Call, tried?: readonly Backend[]) {
			from = backends;
			picked = strategy.pick(backends, call, tried);
			return picked;
		}
	});
	const cluster = new Cluster(watched);
	const fate = randomStream(9, name, 'eventful');
	for (const id of ['s0', 's1', 's2', 's3', 's4'])
		cluster.add(id, { weight: 1 + Math.floor(fate() * 4), limit: 6 }, 0);
	const open: [Backend, Call][] = [];
	const told: string[] = [];
	for (let at = 0; at < 150; at++) {
		const key = at % 20 === 0 ? '' : `10.${String(at % 7)}.${String(at % 11)}.1`;
		const call = callWith(key, at, at);
		const tried = at % 5 === 0 ? cluster.available.slice(0, 1 + (at % 2)) : undefined;
		const backend = cluster.acquire(
			call,
			tried,
			hear &&
				((why) => {
					if (picked !== undefined) hear(picked, from, strategy, why);
				})
		);
		told.push(backend?.id ?? '-');
		if (backend !== undefined) open.push([backend, call]);
		for (let ends = Math.floor(fate() * 3); ends > 0; ends--) {
			const [ended] = open.splice(Math.floor(fate() * open.length), 1);
			const result = fate() < 0.2 ? 'error' : 'ok';
			if (ended !== undefined) cluster.release(ended[0], { call: ended[1], at, latency: 5, result });
		}
		if (at % 40 === 20) cluster.setWeight('s2', 1 + Math.floor(fate() * 9), at);
		if (at % 60 === 30) cluster.setState('s4', 'down', at);
		if (at % 60 === 50) cluster.setState('s4', 'ready', at);
	}
	return told.join(' ');
}

describe.each(strategyNames)('%s', (name) => {
	const create = (knobs: Readonly<Record<string, number>> = {}, seed = 1): Strategy =>
		createStrategy(name, knobs, randomStream(seed, 'strategy'));

	test('says what it is, where it comes from and what its knobs do', () => {
		const { title, says, cost, fails, sources, knobs } = shelf[name];
		expect(title).not.toBe('');
		for (const sentence of [says, cost, fails]) expect(sentence).toMatch(/^[A-Z].*\.$/);
		expect(sources.length).toBeGreaterThan(0);
		for (const source of sources) expect(source).toMatch(/\b(19|20)\d\d\b/);
		for (const { title, says, min, max, step, initial } of Object.values(knobs)) {
			expect(title).not.toBe('');
			expect(says).toMatch(/^[A-Z].*\.$/);
			expect(min).toBeLessThan(max);
			expect(initial).toBeGreaterThanOrEqual(min);
			expect(initial).toBeLessThanOrEqual(max);
			expect((max - min) / step).toBe(Math.round((max - min) / step));
			expect((initial - min) / step).toBe(Math.round((initial - min) / step));
		}
	});

	test('picks from the list, and writes nothing', () => {
		fc.assert(
			fc.property(
				anyKnobs(name),
				fc.nat(),
				fc.array(fc.tuple(anyLoads, anyAddress)),
				(knobs, seed, rounds) => {
					const strategy = create(knobs, seed);
					rounds.forEach(([loads, key], id) => {
						// Backends, list, call and outcome are frozen: writing to one would throw.
						const backends = backendsOf(loads);
						const call = callWith(key, id, id);
						const picked = strategy.pick(backends, call);
						expect(backends).toContain(picked);
						const outcome: Outcome = { call, at: id, latency: 1, result: id % 3 === 0 ? 'error' : 'ok' };
						if (picked !== undefined) strategy.done?.(picked, Object.freeze(outcome));
					});
				}
			)
		);
	});

	test('never picks the strictly worse by its own load', () => {
		if (create().load === undefined) {
			expect(compares[name]).toBeUndefined();
			return;
		}
		const seen = compares[name] ?? (() => 2);
		fc.assert(
			fc.property(anyKnobs(name), fc.nat(), anyLoads, (knobs, seed, loads) => {
				const strategy = create(knobs, seed);
				const backends = backendsOf(loads);
				const picked = strategy.pick(backends, callWith(''));
				const load = (backend: Backend): number => strategy.load?.(backend, 0) ?? NaN;
				// Of those it compared, the others are no better: of two, one; of three that are all seen, two.
				const notBetter = backends.filter((other) => picked !== undefined && load(other) >= load(picked));
				expect(notBetter.length).toBeGreaterThanOrEqual(Math.min(backends.length, seen(knobs)));
			})
		);
	});

	test('believes in a load that is a number, not below zero', () => {
		fc.assert(
			fc.property(anyLoads, (loads) => {
				const strategy = create();
				for (const backend of backendsOf(loads)) {
					const load = strategy.load?.(backend, 0) ?? 0;
					expect(Number.isFinite(load) && load >= 0).toBe(true);
				}
			})
		);
	});

	test('is even over equal backends', () => {
		for (const share of shares(create(), (backends) => backends)) {
			expect(Math.abs(share - 1)).toBeLessThanOrEqual(unevenness[name] ?? chance);
		}
	});

	test('is as even when the list is made anew for every call', () => {
		for (const share of shares(create(), (backends) => [...backends])) {
			expect(Math.abs(share - 1)).toBeLessThanOrEqual(unevenness[name] ?? chance);
		}
	});

	test('survives a list that shrinks, grows and has one left', () => {
		const sizes = fc.array(fc.subarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), { maxLength: 60 });
		fc.assert(
			fc.property(anyKnobs(name), sizes, (knobs, lists) => {
				const all = busy([0, 1, 0, 2, 0, 1, 0, 0], [5, 1, 1, 3, 2, 1, 8, 1]);
				const strategy = create(knobs);
				lists.forEach((places, id) => {
					const backends = all.filter((_, place) => places.includes(place));
					for (let again = 0; again < 3; again++) {
						expect(backends).toContain(strategy.pick(backends, callWith(String(id), id)));
					}
				});
			})
		);
	});

	test('says why of every pick, and picks the same when nobody asks', () => {
		fc.assert(
			fc.property(anyKnobs(name), fc.nat(), (knobs, seed) => {
				const hear = (
					picked: Backend,
					backends: readonly Backend[],
					strategy: Strategy,
					why?: Because
				): void => {
					const { says, figures, mark } = why ?? { says: 'nothing' };
					expect(says).toMatch(/^[^ ].*\.$/);
					expect(says).not.toMatch(/undefined|NaN|null| {2}/);
					expect(says).toContain(picked.id);
					for (const [id, figure] of figures?.of ?? []) {
						expect(backends.map((backend) => backend.id)).toContain(id);
						expect(figure).toEqual(expect.any(Number));
						expect(figure).not.toBeNaN();
					}
					if (mark === undefined) return;
					const space = strategy.space?.(backends);
					expect(space?.backends[space.owners[mark.piece] ?? -1]).toBe(picked);
					if (mark.at !== undefined) expect(mark.at >= 0 && mark.at <= 1).toBe(true);
				};
				const asked = eventful(create(knobs, seed), name, hear);
				expect(asked).toBe(eventful(create(knobs, seed), name));
			}),
			{ numRuns: 8 }
		);
	});

	test('picks the same again with the same seed, in a cluster where things happen', () => {
		const session = (seed: number): string => {
			const cluster = new Cluster(create({}, seed), { health: { fall: 2, ejectMs: 40 } });
			const fate = randomStream(9, 'fate');
			for (let i = 0; i < 5; i++) cluster.add(`s${String(i)}`, { weight: i + 1 }, 0);
			const open: [Backend, Outcome][] = [];
			const picked: string[] = [];
			for (let at = 0; at < 2000; at++) {
				const call = callWith(`10.${String(at % 7)}.${String(at % 11)}.1`, at, at);
				const backend = cluster.acquire(call);
				picked.push(backend?.id ?? '-');
				const result = fate() < 0.2 ? 'error' : 'ok';
				if (backend !== undefined) open.push([backend, { call, at, latency: 5, result }]);
				for (let ends = Math.floor(fate() * 3); ends > 0; ends--) {
					const [ended] = open.splice(Math.floor(fate() * open.length), 1);
					if (ended !== undefined) cluster.release(ended[0], { ...ended[1], at });
				}
				if (at % 100 === 50) cluster.setWeight('s2', 1 + Math.floor(fate() * 9), at);
				if (at % 300 === 100) cluster.setState('s4', at % 600 === 100 ? 'drain' : 'ready', at);
			}
			return picked.join(' ');
		};
		expect(session(4)).toBe(session(4));
	});
});
