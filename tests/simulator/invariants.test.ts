import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Metrics } from '#record/metrics.ts';
import * as ofAttempt from '#simulator/attempt-row.ts';
import { places } from '#simulator/attempts.ts';
import { audit, BrokenRule } from '#simulator/audit.ts';
import { Engine } from '#simulator/engine.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';
import { seedOf } from '../seeds.ts';
import { scenarios } from './arbitrary.ts';
import { Auditor } from './auditor.ts';

/** Relative difference of two numbers that may both be 0. */
const differ = (a: number, b: number): number => Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));

/** Run it from instant to instant, with the books checked at each. */
function audited(scenario: Scenario): { engine: Engine; auditor: Auditor } {
	const engine = new Engine(scenario);
	const auditor = new Auditor(engine);
	const { agenda } = engine.clockwork;
	for (let instants = 0; !engine.ended; instants++) {
		if (instants > 30_000) throw new Error('This run never ends.');
		const { now, changes } = engine;
		const change = changes.find(({ at }) => at > now)?.at ?? Infinity;
		engine.runUntil(
			Math.min(agenda.next, change, now < scenario.durationMs ? scenario.durationMs : Infinity)
		);
		auditor.check();
	}
	auditor.close();
	return { engine, auditor };
}

test(
	'whatever happens, every event obeys the model, and the books balance at every instant and at the end',
	{ timeout: 120_000 },
	() => {
		const seen = new Set<string>();
		fc.assert(
			fc.property(scenarios, (scenario) => {
				const { engine, auditor } = audited(scenario);
				const { metrics } = engine;
				expect([metrics.sent, metrics.ok, metrics.failed]).toEqual([
					auditor.sent,
					auditor.ok,
					auditor.answered - auditor.ok
				]);
				const failures = [...metrics.failures.values()].reduce((sum, count) => sum + count, 0);
				expect(failures).toBe(metrics.failed);
				for (const what of auditor.seen.keys()) seen.add(what);
			}),
			{ numRuns: 250, seed: seedOf(1) }
		);
		// None of this may go untried.
		const all = [
			'hold',
			'drop',
			'queue',
			'queue-full',
			'refused',
			'reset',
			'failed',
			'timeout',
			'no-backend'
		];
		all.push(
			'declined',
			'queue-timeout',
			'shed',
			'client-left',
			'ejected',
			'restored',
			'down',
			'grown',
			'hang'
		);
		all.push('pause', 'pace', 'added', 'removed', 'the same again');
		expect(all.filter((what) => !seen.has(what))).toEqual([]);
	}
);

/** Everything at once that lets attempts outlive their requests, so that an object used again too early is found out. */
function ghosts(seed: number): Scenario {
	return readScenario({
		seed: seedOf(seed),
		strategy: { name: 'two-choices' },
		traffic: { perSecond: 400, patience: { law: 'exponential', meanMs: 60 } },
		work: { law: 'hyperexponential', meanMs: 20 },
		servers: [
			{ id: 'a', workers: 2, queue: 4, limit: 5 },
			{
				id: 'b',
				workers: 2,
				discipline: 'sharing',
				slots: 4,
				queue: 2,
				limit: 5,
				thrash: { above: 2, loss: 0.3 }
			},
			{ id: 'c', workers: 1, queue: 3, speed: 2, limit: 3, distanceMs: 3 }
		],
		network: seed % 3 === 0 ? { hopMs: 0 } : { hopMs: 4, cv: 3 },
		balancer: {
			retries: 3,
			backoff: { baseMs: seed % 2 === 0 ? 0 : 6 },
			hedgeMs: 12,
			timeoutMs: 30,
			cancel: seed % 4 !== 3,
			queue: { limit: 6, timeoutMs: 15 },
			health: { fall: 3, ejectMs: 40 },
			gates: 1 + (seed % 2)
		},
		durationMs: 1500,
		changes: [
			{ at: 200, do: 'stop', server: 'a' },
			{ at: 300, do: 'restart', server: 'a' },
			{ at: 400, do: 'hang', server: 'b' },
			{ at: 500, do: 'restart', server: 'b' },
			{ at: 600, do: 'pause', server: 'c', forMs: 70 },
			{ at: 700, do: 'fail', server: 'a' },
			{ at: 750, do: 'restart', server: 'a' },
			{ at: 800, do: 'hang', server: 'c' },
			{ at: 900, do: 'stop', server: 'c' },
			{ at: 1000, do: 'restart', server: 'c' },
			{ at: 1200, do: 'remove', server: 'b' }
		]
	});
}

test(
	'ghosts, overtaking words and parting clients never disturb who came after them',
	{ timeout: 60_000 },
	() => {
		let timeouts = 0;
		for (let seed = 0; seed < 12; seed++) {
			const { engine, auditor } = audited(ghosts(seed));
			expect(engine.inside).toBe(0);
			for (const what of ['drop', 'hold', 'client-left', 'ok'])
				expect(auditor.seen.get(what) ?? 0, what).toBeGreaterThan(0);
			expect(engine.metrics.hedges).toBeGreaterThan(10);
			timeouts += auditor.seen.get('timeout') ?? 0;
		}
		// Few clients have the patience for four of them.
		expect(timeouts).toBeGreaterThan(0);
	}
);

test(
	'fan-out with servers that stop takes all calls of a request along, each once',
	{ timeout: 60_000 },
	() => {
		for (let seed = 0; seed < 6; seed++) {
			const { engine } = audited(
				readScenario({
					seed: seedOf(seed),
					servers: [
						{ id: 'a', workers: 4 },
						{ id: 'b', workers: 4, limit: 20 }
					],
					fanOut: 6,
					traffic: { perSecond: 20 },
					balancer: { most: 6, panic: false, health: { fall: 2, ejectMs: 100 } },
					durationMs: 2000,
					changes: [200, 700, 1200].flatMap((at) => [
						{ at, do: 'stop', server: 'a' },
						{ at: at + 100, do: 'restart', server: 'a' }
					])
				})
			);
			expect(engine.inside).toBe(0);
			expect(engine.gates.map(({ inside }) => inside)).toEqual([0]);
			expect(engine.metrics.ok).toBeGreaterThan(0);
			expect(engine.metrics.failures.get('reset')).toBeGreaterThan(0);
		}
	}
);

test('whoever waits at a gate is let in when news or time alone makes room', () => {
	const servers = [{ id: 'a', limit: 1 }];
	const traffic = { perSecond: 15 };
	// The board says full until somebody looks again.
	for (const everyMs of [0, 300]) {
		const { engine } = audited(
			readScenario({ servers, traffic, balancer: { sees: 'servers', everyMs, queue: {} }, durationMs: 3000 })
		);
		expect([engine.inside, engine.metrics.failed]).toEqual([0, 0]);
	}
	// Two wait for whoever has room first; one of two is put out, the other dies, and nobody comes any more.
	const { engine } = audited(
		readScenario({
			servers: [
				{ id: 'a', limit: 1 },
				{ id: 'b', limit: 1 }
			],
			traffic: { arrivals: 'trace', trace: [100, 100, 100, 100, 100].map((at) => ({ at, work: 50 })) },
			balancer: { health: { fall: 1, ejectMs: 400 }, queue: {}, panic: false },
			durationMs: 1000,
			changes: [
				{ at: 110, do: 'hang', server: 'b' },
				{ at: 120, do: 'stop', server: 'a' },
				{ at: 121, do: 'restart', server: 'a' }
			]
		})
	);
	expect(engine.metrics.ok).toBeGreaterThanOrEqual(3);
});

test('whom an answer lets in at once does not overtake who waits at the server already', () => {
	for (const discipline of ['fcfs', 'sharing'] as const) {
		const { auditor } = audited(
			readScenario({
				servers: [
					{ id: 'a', discipline, slots: 1, queue: 3, limit: 3 },
					{ id: 'b', discipline, slots: 1, queue: 1, limit: 2 }
				],
				traffic: { perSecond: 60 },
				work: { meanMs: 40 },
				balancer: { queue: { limit: 20, timeoutMs: 60 }, timeoutMs: 90, retries: 1 },
				durationMs: 10_000
			})
		);
		for (const what of ['hold', 'queue', 'drop', 'queue-timeout'])
			expect(auditor.seen.get(what) ?? 0, what).toBeGreaterThan(0);
	}
});

test('a run in which somebody is never answered ends all the same, whoever still looks again and again', () => {
	const engine = new Engine(
		readScenario({
			servers: [{ id: 'a', antagonist: { quietMs: 40, busyMs: 20 } }, { id: 'b' }],
			balancer: { checks: { everyMs: 500, timeoutMs: 900 } },
			autoscaler: { everyMs: 300, bootMs: 100, most: 4 },
			durationMs: 3000,
			changes: [{ at: 1000, do: 'hang', server: 'a' }]
		})
	);
	const { agenda } = engine.clockwork;
	let taken = 0;
	const take = agenda.take.bind(agenda);
	agenda.take = () => {
		if (++taken > 50_000) throw new Error('This run never ends.');
		return take();
	};
	engine.runToEnd();
	expect(engine.ended).toBe(true);
	expect(engine.inside).toBeGreaterThan(0);
});

test('an audit finds a miscounted backend, an attempt in two places and one that was used too early', () => {
	const scenario = readScenario({ servers: [{ id: 'a', workers: 2 }], traffic: { perSecond: 100 } });
	const world = (): Engine => {
		const engine = new Engine(scenario);
		engine.runUntil(1000);
		audit(engine);
		return engine;
	};
	const [miscounted, twice, reused] = [world(), world(), world()];
	const [backend] = miscounted.cluster.members;
	if (backend === undefined) throw new Error('There is one server.');
	miscounted.cluster.tell(backend, 0);
	expect(() => {
		audit(miscounted);
	}).toThrow(BrokenRule);
	const [served] = twice.servers[0]?.serving ?? [];
	if (served === undefined) throw new Error('Somebody is served.');
	twice.attempts.memory.bytes[(served << 2) + ofAttempt.where] = places.queue;
	expect(() => {
		audit(twice);
	}).toThrow(BrokenRule);
	const [attempt] = reused.servers[0]?.serving ?? [];
	if (attempt === undefined) throw new Error('Somebody is served.');
	reused.attempts.letGo(attempt);
	expect(() => {
		audit(reused);
	}).toThrow(BrokenRule);
});

test('books find an answer that nobody asked for, a worker that serves two, and one that is busy with nobody', () => {
	const scenario = readScenario({ servers: [{ id: 'a', workers: 2 }], traffic: { perSecond: 100 } });
	const world = (): Engine => {
		const engine = new Engine(scenario);
		engine.runUntil(1000);
		return engine;
	};
	const [answered, twice, idle] = [world(), world(), world()];
	const [attempt] = answered.servers[0]?.serving ?? [];
	if (attempt === undefined) throw new Error('Somebody is served.');
	expect(() => {
		answered.voice.sent(1000, answered.attempts.requestOf(attempt));
	}).toThrow(BrokenRule);
	expect(() => {
		twice.voice.started(1000, attempt, 'a');
	}).toThrow(BrokenRule);
	idle.voice.came('finish', 1000, attempt, 'a');
	expect(() => {
		idle.runUntil(5000);
	}).toThrow(BrokenRule);
});

test.each(['fcfs', 'sharing'] as const)(
	'the utilisation law, %s: a server is busy for the work it finished over its speed',
	(discipline) => {
		for (const speed of [0.5, 1, 4]) {
			const engine = new Engine(
				readScenario({
					traffic: { perSecond: 50 },
					work: { meanMs: 30 },
					servers: [{ id: 'a', discipline, workers: 2, speed }],
					durationMs: 20_000
				})
			);
			const work = new Map<number, number>();
			let finished = 0;
			engine.listen((event) => {
				if (event.kind === 'send') work.set(event.id, event.work ?? NaN);
				if (event.kind === 'finish') finished += work.get(event.id) ?? NaN;
			});
			engine.runToEnd();
			expect(finished).toBeGreaterThan(0);
			expect(differ(engine.metrics.backends.get('a')?.busyMs ?? NaN, finished / speed)).toBeLessThan(1e-9);
		}
	}
);

test('metrics fed with the events say what the engine’s own say', () => {
	fc.assert(
		fc.property(scenarios, (drawn) => {
			const engine = new Engine({ ...drawn, warmUpMs: 300 });
			const heard = new Metrics(300, drawn.durationMs);
			engine.listen((event) => {
				heard.hear(event);
			});
			engine.runToEnd();
			heard.passed(drawn.durationMs);
			const own = engine.metrics;
			expect(heard.sent).toBe(own.sent);
			expect([heard.ok, heard.failed, heard.goodput]).toEqual([own.ok, own.failed, own.goodput]);
			expect(heard.failures).toEqual(own.failures);
			expect(heard.meanLatency).toBe(own.meanLatency);
			// No event tells of a session that a server does not know.
			const [first] = own.windows;
			expect(heard.windows[0]).toEqual(first && { ...first, missed: 0 });
			for (const p of [0.5, 0.95, 0.99]) expect(heard.percentile(p)).toBe(own.percentile(p));
			for (const [id, { picked, ok, failed }] of heard.backends) {
				expect(own.backends.get(id)).toMatchObject({ picked, ok, failed });
			}
		}),
		{ numRuns: 30, seed: seedOf(2) }
	);
});

test('what a learner may do in vain is refused and changes nothing', () => {
	const engine = new Engine(readScenario({ servers: [{ id: 'a' }, { id: 'b' }], durationMs: 1000 }));
	engine.runUntil(100);
	engine.apply({ do: 'remove', server: 'b' });
	const before = [...engine.changes];
	expect(() => {
		engine.apply({ do: 'stop', server: 'z' });
	}).toThrow('There is no server "z"');
	expect(() => {
		engine.apply({ do: 'weight', server: 'b', weight: 2 });
	}).toThrow('There is no server "b"');
	const [a] = engine.scenario.servers;
	expect(() => {
		if (a !== undefined) engine.apply({ do: 'add', server: { ...a, id: 'b' } });
	}).toThrow('There is or was a server "b"');
	expect(engine.changes).toEqual(before);
	expect(readScenario({ ...engine.scenario, changes: before }).changes).toEqual(before);
});
