import { expect, test } from 'vitest';
import type { TraceEvent } from '#record/event.ts';
import { Recent } from '#record/recent.ts';
import { Scene, workLeft } from '#record/scene.ts';
import { Engine } from '#simulator/engine.ts';
import { readScenario } from '#simulator/scenario.ts';

const machine = { workers: 1, queue: 2, speed: 1 };
const added = (backend: string, at = 0): TraceEvent => ({
	kind: 'backend',
	at,
	backend,
	change: 'added',
	value: 1,
	machine
});
const send = (id: number, at: number, work = 100): TraceEvent => ({ kind: 'send', at, id, key: 'k', work });
const pick = (id: number, at: number, backend = 'A', attempt = 0): TraceEvent => ({
	kind: 'pick',
	at,
	id,
	key: 'k',
	attempt,
	backend
});
const step = (kind: 'queue' | 'start' | 'finish', id: number, at: number, backend = 'A'): TraceEvent => ({
	kind,
	at,
	id,
	attempt: 0,
	backend
});
const ended = (id: number, at: number, reason?: 'queue-full' | 'reset'): TraceEvent => ({
	kind: 'end',
	at,
	id,
	attempt: 0,
	backend: 'A',
	latency: 1,
	result: reason === undefined ? 'ok' : 'error',
	...(reason && { reason })
});

function sceneOf(...events: TraceEvent[]): Scene {
	const scene = new Scene();
	for (const event of events) scene.hear(event);
	return scene;
}

test('A scene follows one request from the client to a worker and home again', () => {
	const scene = sceneOf(added('A'), send(1, 10));
	const phases = [scene.requests.get(1)?.phase];
	for (const event of [
		pick(1, 20),
		step('queue', 1, 30),
		step('start', 1, 40),
		step('finish', 1, 140),
		ended(1, 150)
	]) {
		scene.hear(event);
		phases.push(scene.requests.get(1)?.phase);
	}
	expect(phases).toEqual(['to-gate', 'to-server', 'waiting', 'serving', 'to-gate-back', 'to-client']);
	expect(scene.requests.get(1)).toMatchObject({ since: 150, backend: 'A', startedAt: 40, result: 'ok' });
	scene.hear({ kind: 'answer', at: 160, id: 1, latency: 150, result: 'ok', backend: 'A' });
	expect(scene.requests.size).toBe(0);
	expect(scene).toMatchObject({ sent: 1, ok: 1, failed: 0 });
	expect(scene.server('A')).toMatchObject({
		inflight: 0,
		coming: 0,
		picked: 1,
		ok: 1,
		serving: [],
		waiting: []
	});
});

test('A worker keeps its number while another begins and ends beside it', () => {
	const two: TraceEvent = {
		kind: 'backend',
		at: 0,
		backend: 'A',
		change: 'added',
		machine: { ...machine, workers: 2 }
	};
	const scene = sceneOf(
		two,
		send(1, 0),
		pick(1, 0),
		step('start', 1, 0),
		send(2, 0),
		pick(2, 0),
		step('start', 2, 0)
	);
	scene.hear(step('finish', 1, 5));
	expect(scene.server('A')?.serving.map(({ id, worker }) => [id, worker])).toEqual([[2, 1]]);
	for (const event of [send(3, 6), pick(3, 6), step('start', 3, 6)]) scene.hear(event);
	expect(scene.server('A')?.serving.map(({ id, worker }) => [id, worker])).toEqual([
		[2, 1],
		[3, 0]
	]);
});

test('Work left shrinks at the speed in force, also across a slowdown', () => {
	const scene = sceneOf(added('A'), send(1, 0), pick(1, 0), step('start', 1, 0));
	const left = (at: number) => {
		const server = scene.server('A');
		const [serving] = server?.serving ?? [];
		if (server === undefined || serving === undefined) throw new Error('nobody is served');
		return workLeft(serving, server, at);
	};
	scene.hear({ kind: 'backend', at: 40, backend: 'A', change: 'slow', value: 0.5 });
	expect([40, 100, 500].map(left)).toEqual([60, 30, 0]);
	expect(scene.server('A')).toMatchObject({ fault: 'slow', speed: 0.5 });
	scene.hear({ kind: 'backend', at: 60, backend: 'A', change: 'restart', value: 1 });
	expect(scene.server('A')).toMatchObject({ fault: 'none', speed: 1 });
	expect(left(60)).toBe(50);
	scene.hear({ kind: 'backend', at: 70, backend: 'A', change: 'pause', value: 100 });
	expect([70, 170, 180].map(left)).toEqual([40, 40, 30]);
});

test.each(['fcfs', 'sharing'] as const)(
	'Whoever is done has no work left, and had some a moment before: %s',
	(discipline) => {
		const scenario = readScenario({
			seed: 5,
			traffic: { perSecond: 40 },
			work: { law: 'exponential', meanMs: 60 },
			servers: ['A', 'B'].map((id) => ({ id, discipline, workers: 2, queue: 50 })),
			durationMs: 20_000,
			changes: [
				{ do: 'slow', at: 4000, server: 'A', speed: 0.5 },
				{ do: 'pause', at: 6000, server: 'B', forMs: 700 },
				{ do: 'restart', at: 9000, server: 'A' },
				{ do: 'hang', at: 12_000, server: 'B' },
				{ do: 'restart', at: 13_000, server: 'B' }
			]
		});
		const engine = new Engine(scenario);
		const scene = new Scene();
		let finished = 0;
		let shared = 0;
		engine.listen((event) => {
			if (event.kind === 'finish') {
				const server = scene.server(event.backend);
				const serving = server?.serving.find(({ id }) => id === event.id);
				if (server === undefined || serving === undefined) throw new Error('nobody is served');
				expect(workLeft(serving, server, event.at)).toBeLessThan(1e-6);
				expect(workLeft(serving, server, event.at - 0.01)).toBeGreaterThan(0);
				finished++;
				if (server.serving.length > 2) shared++;
			}
			scene.hear(event);
		});
		engine.runToEnd();
		expect(finished).toBeGreaterThan(500);
		expect(shared > 50).toBe(discipline === 'sharing');
	}
);

test('A refusal is counted at its server, kept with its time, and remembered for five seconds', () => {
	const scene = sceneOf(added('A'), send(1, 0), pick(1, 0), ended(1, 20, 'queue-full'));
	expect(scene.server('A')).toMatchObject({
		refused: 1,
		failed: 0,
		lastFailure: { at: 20, reason: 'queue-full' }
	});
	expect(scene.recentRefused.count(4900)).toBe(1);
	expect(scene.recentRefused.count(5100)).toBe(0);
});

test('A stopped machine holds nothing; what it held is on its way back, lost', () => {
	const scene = sceneOf(
		added('A'),
		send(1, 0),
		pick(1, 0),
		step('start', 1, 0),
		send(2, 1),
		pick(2, 1),
		step('queue', 2, 1)
	);
	scene.hear({ kind: 'backend', at: 9, backend: 'A', change: 'stop' });
	expect(scene.server('A')).toMatchObject({ fault: 'stop', serving: [], waiting: [], inflight: 2 });
	for (const id of [1, 2]) {
		expect(scene.requests.get(id)).toMatchObject({ phase: 'to-gate-back', since: 9, reason: 'reset' });
	}
	scene.hear(ended(1, 19, 'reset'));
	expect(scene.server('A')).toMatchObject({ failed: 1, refused: 0 });
});

test('A removed server stays until its last call has ended', () => {
	const scene = sceneOf(added('A'), added('B'), send(1, 0), pick(1, 0), step('start', 1, 0));
	scene.hear({ kind: 'backend', at: 5, backend: 'A', change: 'removed' });
	scene.hear({ kind: 'backend', at: 5, backend: 'B', change: 'removed' });
	expect(scene.servers.map(({ id, leaving }) => [id, leaving])).toEqual([['A', true]]);
	scene.hear(step('finish', 1, 50));
	expect(scene.servers).toHaveLength(1);
	scene.hear(ended(1, 60));
	expect(scene.servers).toHaveLength(0);
});

test('Ejection yields to what an operator decided and ends with its restoration', () => {
	const scene = sceneOf(added('A'));
	const change = (to: 'ejected' | 'restored' | 'drain' | 'ready') => {
		scene.hear({ kind: 'backend', at: 1, backend: 'A', change: to });
		return scene.server('A')?.state;
	};
	expect((['ejected', 'restored', 'drain', 'ejected', 'restored', 'ready'] as const).map(change)).toEqual([
		'ejected',
		'ready',
		'drain',
		'drain',
		'drain',
		'ready'
	]);
});

test('A retry is counted at both servers and told of the queue before it', () => {
	const scene = sceneOf(added('A'), added('B'), send(1, 0), pick(1, 0), ended(1, 2, 'queue-full'));
	for (const event of [send(7, 3), pick(7, 3, 'B'), pick(1, 4, 'B', 1)]) scene.hear(event);
	expect(scene.requests.get(1)).toMatchObject({
		attempt: 1,
		backend: 'B',
		ahead: 1,
		phase: 'to-server',
		result: undefined
	});
	expect(scene.servers.map(({ picked, refused, inflight }) => [picked, refused, inflight])).toEqual([
		[1, 1, 0],
		[2, 0, 2]
	]);
});

test('A second attempt is a retry after the first, a hedge beside it, and a call where both set out at once', () => {
	const roleAfter = (...events: TraceEvent[]) =>
		sceneOf(added('A'), added('B'), send(1, 0), pick(1, 0), ...events).requests.get(1)?.role;
	expect(roleAfter()).toBe('first');
	expect(roleAfter(ended(1, 5, 'reset'), pick(1, 6, 'B', 1))).toBe('retry');
	expect(roleAfter(pick(1, 6, 'B', 1))).toBe('hedge');
	expect(roleAfter(pick(1, 0, 'B', 1))).toBe('call');
});

test('A client who sends four of ten requests is a giant; of two alike none is', () => {
	const scene = sceneOf(added('A'));
	for (let id = 0; id < 300; id++) {
		const key = id % 5 < 2 ? 'giant' : `client ${String(id % 40)}`;
		scene.hear({ kind: 'send', at: id, id, key });
	}
	const giants = [...scene.requests.values()].filter(({ giant }) => giant);
	expect(new Set(giants.map(({ key }) => key))).toEqual(new Set(['giant']));
	expect(giants.length).toBeGreaterThan(90);
	const pair = sceneOf(added('A'));
	for (let id = 0; id < 300; id++) pair.hear({ kind: 'send', at: id, id, key: String(id % 2) });
	expect([...pair.requests.values()].some(({ giant }) => giant)).toBe(false);
});

test('A pick is an opinion only where its loads differ from the counts', () => {
	const scene = sceneOf(added('A'), added('B'), send(1, 0));
	const loads = (a: number, b: number) => [['A', a] as const, ['B', b] as const];
	scene.hear({ kind: 'pick', at: 1, id: 1, key: 'k', attempt: 0, backend: 'A', loads: loads(0, 0) });
	expect(scene.lastPick?.opinion).toBe(false);
	scene.hear({ kind: 'pick', at: 2, id: 2, key: 'k', attempt: 0, backend: 'B', loads: loads(0.5, 0) });
	expect(scene.lastPick?.opinion).toBe(true);
});

test('Every request of a rough run is somewhere or answered, at every moment', () => {
	const scenario = readScenario({
		seed: 3,
		strategy: { name: 'round-robin' },
		traffic: { perSecond: 60 },
		work: { law: 'heavy', meanMs: 60 },
		network: { hopMs: 15 },
		balancer: { retries: 1, health: { fall: 3, ejectMs: 800 } },
		servers: ['A', 'B', 'C'].map((id) => ({ id, workers: 2, queue: 4 })),
		durationMs: 12_000,
		changes: [
			{ do: 'slow', at: 2000, server: 'A', speed: 0.4 },
			{ do: 'stop', at: 3000, server: 'B' },
			{ do: 'restart', at: 5000, server: 'B' },
			{ do: 'fail', at: 5500, server: 'C' },
			{ do: 'restart', at: 6500, server: 'C' },
			{ do: 'drain', at: 7000, server: 'A' },
			{ do: 'remove', at: 9000, server: 'A' }
		]
	});
	const engine = new Engine(scenario);
	const scene = new Scene();
	engine.listen((event) => {
		scene.hear(event);
	});
	for (let at = 0; at < 14_000; at += 50) {
		engine.runUntil(at);
		expect(scene.requests.size).toBe(engine.inside);
		expect(scene.sent).toBe(scene.ok + scene.failed + scene.requests.size);
		const phases = { waiting: 0, serving: 0, 'to-server': 0 };
		for (const { phase } of scene.requests.values()) if (phase in phases) phases[phase as 'waiting']++;
		const sum = (count: (server: (typeof scene.servers)[number]) => number) =>
			scene.servers.reduce((total, server) => total + count(server), 0);
		expect(sum(({ waiting }) => waiting.length)).toBe(phases.waiting);
		expect(sum(({ serving }) => serving.length)).toBe(phases.serving);
		expect(sum(({ coming }) => coming)).toBe(phases['to-server']);
		for (const { id, inflight, leaving } of scene.servers) {
			const member = engine.cluster.members.find((backend) => backend.id === id);
			if (!leaving) expect(inflight).toBe(member?.inflight);
		}
	}
	expect(engine.ended).toBe(true);
	expect(scene.failed).toBeGreaterThan(10);
	expect(scene.servers.map(({ id }) => id)).toEqual(['B', 'C']);
	expect(scene).toMatchObject({ ok: engine.metrics.ok, failed: engine.metrics.failed });
});

test('Recent counts forget after their span and count exactly within it', () => {
	const recent = new Recent(1000);
	for (let at = 0; at < 3000; at += 10) recent.add(at);
	expect(recent.count(2990)).toBe(100);
	expect(recent.perSecond(2990)).toBe(100);
	expect(recent.count(9000)).toBe(0);
});
