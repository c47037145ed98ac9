import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { strategyNames } from '#balancer/strategies/index.ts';
import type { TraceEvent } from '#record/event.ts';
import { keepBooks } from '#simulator/books.ts';
import { Engine } from '#simulator/engine.ts';
import { Player } from '#simulator/player.ts';
import { readScenario, type Change, type Scenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';
import { seedOf } from '../seeds.ts';
import { plainScenarios, scenarios } from './arbitrary.ts';

// A second or less each on an idle machine.
vi.setConfig({ testTimeout: 60_000 });

/** A run as it can be compared: every event in its order, the fingerprint and the windows. */
interface Run {
	readonly events: readonly TraceEvent[];
	readonly fingerprint: string;
	readonly windows: string;
}

function runOf(engine: Engine, events: readonly TraceEvent[]): Run {
	return {
		events,
		fingerprint: String(engine.fingerprint),
		windows: JSON.stringify(engine.metrics.windows)
	};
}

function atOnce(scenario: Scenario): Run {
	const engine = new Engine(scenario);
	const events: TraceEvent[] = [];
	engine.listen((event) => events.push(event));
	engine.runToEnd();
	return runOf(engine, events);
}

/** What a player makes of it; only what the last built engine told counts. */
function played(scenario: Scenario, play: (player: Player) => void): Run {
	let events: TraceEvent[] = [];
	const player = new Player([scenario], (engine) => {
		events = [];
		engine.listen((event) => events.push(event));
	});
	play(player);
	const engine = player.engines[0];
	if (engine === undefined) throw new Error('The player has no engine.');
	expect(player.ended).toBe(true);
	return runOf(engine, events);
}

function frames(player: Player, wallMs: number, speed: number): void {
	player.playing = true;
	player.speed = speed;
	while (!player.ended) player.tick(wallMs);
}

const few = { numRuns: 10, seed: seedOf(3) };

test.each([
	[1000 / 30, 0.1],
	[1000 / 30, 32],
	[1000 / 60, 0.1],
	[1000 / 60, 1],
	[1000 / 60, 32],
	[1000 / 144, 0.5],
	[1000 / 144, 32],
	[5000, 3]
])('frames of %d ms at speed %d give the run that a single leap gives', (wallMs, speed) => {
	fc.assert(
		fc.property(scenarios, (scenario) => {
			const sliced = played(scenario, (player) => {
				frames(player, wallMs, speed);
			});
			expect(sliced).toEqual(atOnce(scenario));
		}),
		{ ...few, numRuns: speed < 1 ? 3 : 8 }
	);
});

test('steps from decision to decision give the same run, and each step but the last makes a decision', () => {
	fc.assert(
		fc.property(scenarios, (scenario) => {
			const whole = atOnce(scenario);
			const stepped = played(scenario, (player) => {
				const [engine] = player.engines;
				let picks = 0;
				engine?.listen(({ kind }) => {
					if (kind === 'pick') picks++;
				});
				for (;;) {
					const before = picks;
					player.step();
					if (player.ended) break;
					expect(picks).toBeGreaterThan(before);
				}
			});
			expect(stepped).toEqual(whole);
		}),
		few
	);
});

test('seeking back and forth gives the same run', () => {
	fc.assert(
		fc.property(
			scenarios,
			fc.array(fc.integer({ min: 0, max: 2500 }), { maxLength: 5 }),
			(scenario, moments) => {
				const sought = played(scenario, (player) => {
					for (const moment of moments) player.seek(moment);
					player.finish();
				});
				expect(sought).toEqual(atOnce(scenario));
			}
		),
		few
	);
});

test('changes made live give the run that the same changes give when they are written down', () => {
	fc.assert(
		fc.property(plainScenarios, (scenario) => {
			const live = new Engine({ ...scenario, changes: [] });
			const events: TraceEvent[] = [];
			live.listen((event) => events.push(event));
			for (const { at, ...change } of scenario.changes) {
				live.runUntil(at);
				live.apply(change);
			}
			live.runToEnd();
			expect(live.changes).toEqual(scenario.changes);
			expect(runOf(live, events)).toEqual(atOnce(scenario));
		}),
		{ ...few, numRuns: 25 }
	);
});

test('live changes survive seeking back, starting over and taking one out', () => {
	const scenario = readScenario({ servers: [{ id: 'a' }, { id: 'b' }], durationMs: 3000 });
	const slow = { do: 'slow', server: 'a', speed: 0.25 } as const;
	const stop = { do: 'stop', server: 'b' } as const;
	const written = atOnce({
		...scenario,
		changes: [
			{ ...slow, at: 500 },
			{ ...stop, at: 1500 }
		]
	});
	const change = (player: Player): void => {
		player.seek(500);
		player.apply(slow);
		player.seek(1500);
		player.apply(stop);
	};
	const sought = played(scenario, (player) => {
		change(player);
		player.seek(700);
		player.finish();
	});
	expect(sought).toEqual(written);
	const restarted = played(scenario, (player) => {
		change(player);
		player.restart();
		expect(player.now).toBe(0);
		player.finish();
	});
	expect(restarted).toEqual(written);
});

test('two futures of one moment have the same past, and each goes on as if it were alone', () => {
	const slow: Change = { at: 2500, do: 'slow', server: 'a', speed: 0.2 };
	const player = new Player([base], () => undefined);
	player.seek(2500);
	player.part();
	const { engines } = player;
	expect(engines.map(({ fingerprint }) => String(fingerprint))).toHaveLength(2);
	expect(String(engines[0]?.fingerprint)).toBe(String(engines[1]?.fingerprint));
	player.apply({ do: 'slow', server: 'a', speed: 0.2 });
	expect(engines.map(({ changes }) => changes.length)).toEqual([
		base.changes.length,
		base.changes.length + 1
	]);
	// Back before the fork and on again: the futures are still two.
	player.seek(1000);
	expect(player.fork).toMatchObject({ at: 2500, totals: undefined });
	player.finish();
	expect(player.fork?.totals?.ok).toBeGreaterThan(0);
	const prints = player.engines.map(({ fingerprint }) => String(fingerprint));
	const alone = (changes: readonly Change[]): string => {
		const engine = new Engine({ ...base, changes: [...changes] });
		engine.runToEnd();
		return String(engine.fingerprint);
	};
	expect(prints).toEqual([alone(base.changes), alone([...base.changes, slow])]);
	expect(() => {
		player.part();
	}).toThrow('keep one of them');
	player.keep(1);
	expect(player.fork).toBeUndefined();
	player.restart();
	player.finish();
	expect(player.engines.map(({ fingerprint }) => String(fingerprint))).toEqual([prints[1]]);
});

test('a player that is told to stop does so within a millisecond, at any speed, and can go on', () => {
	for (const speed of [0.1, 1, 32]) {
		const seen: number[] = [];
		const player = new Player([base], (engine) => {
			engine.listen((event) => {
				if (event.kind === 'pick') seen.push(event.at);
			});
		});
		player.speed = speed;
		player.stops = () => seen.length > 0;
		player.playing = true;
		for (let frame = 0; frame < 100_000 && seen.length === 0; frame++) player.tick(16);
		expect(player.playing).toBe(false);
		expect(player.now - (seen[0] ?? NaN)).toBeLessThanOrEqual(1);
		player.stops = undefined;
		player.finish();
		expect(String(player.engines[0]?.fingerprint)).toBe(String(simulate(base).fingerprint));
	}
});

test('who listens, whether books are kept, and whether beliefs are explained, changes nothing', () => {
	fc.assert(
		fc.property(scenarios, (scenario) => {
			keepBooks(false);
			const alone = simulate(scenario);
			keepBooks();
			const watched = new Engine(scenario);
			watched.explain = true;
			const leave = watched.listen(() => undefined);
			watched.runUntil(700);
			leave();
			watched.runToEnd();
			expect(String(watched.fingerprint)).toBe(String(alone.fingerprint));
			expect(watched.metrics.windows).toEqual(alone.metrics.windows);
		}),
		few
	);
});

const base = readScenario({
	traffic: { perSecond: 100 },
	work: { law: 'heavy', meanMs: 20 },
	servers: [{ id: 'a' }, { id: 'b', speed: 2 }, { id: 'c', weight: 3 }],
	durationMs: 20_000
});

/** Who came when with how much work. */
function arrivalsOf(
	scenario: Scenario,
	seed = seedOf(1),
	meanwhile: (engine: Engine) => void = () => undefined
): string[] {
	const engine = new Engine(scenario, seed);
	const arrivals: string[] = [];
	engine.listen((event) => {
		if (event.kind === 'send' && event.key !== 'guest') {
			arrivals.push(`${String(event.at)} ${event.key} ${String(event.work)}`);
		}
	});
	meanwhile(engine);
	engine.runToEnd();
	return arrivals;
}

const stateful = readScenario({
	servers: base.servers.map((server) => ({ ...server, antagonist: { quietMs: 90, busyMs: 30 } })),
	data: { write: 2 },
	sessions: {},
	autoscaler: { everyMs: 500, bootMs: 100 }
});

/** All that must not touch who comes when with how much work. */
const others: readonly Partial<Scenario>[] = [
	{ servers: base.servers.slice(1), balancer: { ...base.balancer, retries: 2, timeoutMs: 30 } },
	{
		balancer: {
			...base.balancer,
			hedgeMs: 20,
			gates: 3,
			cancel: false,
			most: 5,
			backoff: { baseMs: 5, mostMs: 50, jitter: true }
		}
	},
	{ balancer: { ...base.balancer, sees: 'servers', everyMs: 50, perConnection: 4, sticky: true } },
	{ fanOut: 3, network: { hopMs: 3, cv: 2, inClient: true } },
	{ traffic: { ...base.traffic, patience: { law: 'exponential', meanMs: 40, until: 'answer' } } },
	{
		data: stateful.data,
		sessions: stateful.sessions,
		autoscaler: stateful.autoscaler,
		servers: stateful.servers
	}
];

test('another strategy, other servers and guests leave arrivals, clients and work as they were', async () => {
	const arrivals = arrivalsOf(base);
	expect(arrivals.length).toBeGreaterThan(1800);
	for (const name of strategyNames) {
		expect(arrivalsOf({ ...base, strategy: { name, knobs: {} } }), name).toEqual(arrivals);
	}
	for (const other of others) expect(arrivalsOf({ ...base, ...other })).toEqual(arrivals);
	const replies: Promise<unknown>[] = [];
	const withGuests = arrivalsOf(base, seedOf(1), (engine) => {
		for (const at of [100, 200.5, 9000]) {
			engine.runUntil(at);
			replies.push(engine.send({ key: 'guest', path: '/' }));
		}
	});
	expect(withGuests).toEqual(arrivals);
	for (const reply of await Promise.all(replies)) expect(reply).toMatchObject({ result: 'ok' });
});

test('strategies decide differently, seeds give different runs, and the same seed the same', () => {
	const prints = strategyNames.map((name) =>
		String(simulate({ ...base, strategy: { name, knobs: {} } }).fingerprint)
	);
	// With equal weights the weighted ones are as distinct as the others here, because the weights are not equal.
	expect(new Set(prints).size).toBe(strategyNames.length);
	const seeds = Array.from({ length: 50 }, (_, seed) => String(simulate(base, seed).fingerprint));
	expect(new Set(seeds).size).toBe(50);
	expect(String(simulate(base, 7).fingerprint)).toBe(seeds[7]);
});

test('a guest asks for work of its own, not for what the first in the traffic asked', () => {
	const engine = new Engine(base);
	const works: (number | undefined)[] = [];
	engine.listen((event) => {
		if (event.kind === 'send') works.push(event.work);
	});
	engine.runUntil(0);
	engine.apply({ do: 'request', key: 'guest' });
	engine.runUntil(1000);
	expect(works.length).toBeGreaterThan(50);
	expect(new Set(works).size).toBe(works.length);
});

test('after a long pause of the page the run goes on where it was', () => {
	const player = new Player([base], () => undefined);
	player.tick(50);
	expect(player.now, 'not playing').toBe(0);
	player.playing = true;
	player.speed = 2;
	player.tick(50);
	expect(player.now).toBe(100);
	player.tick(60_000);
	expect(player.now).toBe(300);
});

test('a guest is told when the run is over, and when it is given up', async () => {
	const scenario = { ...base, durationMs: 1000 };
	const over = new Engine(scenario);
	over.runToEnd();
	over.runUntil(1001);
	await expect(over.send({ key: 'guest', path: '/' })).rejects.toThrow('This run is over');
	const left = new Engine(scenario);
	left.runUntil(500);
	const reply = left.send({ key: 'guest', path: '/' });
	left.close();
	await expect(reply).rejects.toThrow('started again');
});
