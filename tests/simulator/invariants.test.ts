import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Metrics } from '#record/metrics.ts';
import { Engine } from '#simulator/engine.ts';
import { readScenario } from '#simulator/scenario.ts';
import { scenarios } from './arbitrary.ts';
import { Auditor } from './auditor.ts';

/** Relative difference of two numbers that may both be 0. */
const differ = (a: number, b: number): number => Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));

test(
	'whatever happens, every event obeys the model, and the books balance at the end',
	{ timeout: 60_000 },
	() => {
		fc.assert(
			fc.property(scenarios, (scenario) => {
				const engine = new Engine(scenario);
				const auditor = new Auditor(engine);
				engine.runToEnd();
				auditor.close();
				const { metrics, cluster } = engine;
				expect(engine.ended).toBe(true);
				expect(cluster.members.every(({ inflight }) => inflight === 0)).toBe(true);
				expect([metrics.sent, metrics.ok, metrics.failed]).toEqual([
					auditor.sent,
					auditor.ok,
					auditor.answered - auditor.ok
				]);
				const failures = [...metrics.failures.values()].reduce((sum, count) => sum + count, 0);
				expect(failures).toBe(metrics.failed);
				for (const [id, tally] of metrics.backends) {
					const machine = auditor.machine(id);
					expect(tally.picked).toBe(machine.picked);
					expect(tally.ok + tally.failed, 'every attempt ended').toBe(tally.picked);
					expect(differ(tally.busyMs, machine.busyMs)).toBeLessThan(1e-9);
				}
				// Little's law on the path itself, for the whole and for the queues: the area under N(t) is the sum of the times inside.
				expect(differ(auditor.insideMs, auditor.latencyMs)).toBeLessThan(1e-9);
				expect(differ(auditor.waitingMs, auditor.waitMs)).toBeLessThan(1e-9);
			}),
			{ numRuns: 150, seed: 1 }
		);
	}
);

test('the utilisation law: a server is busy for the work it finished over its speed', () => {
	for (const speed of [0.5, 1, 4]) {
		const engine = new Engine(
			readScenario({
				traffic: { perSecond: 50 },
				work: { meanMs: 30 },
				servers: [{ id: 'a', workers: 2, speed }],
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
});

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
			expect(heard.windows).toEqual(own.windows);
			for (const p of [0.5, 0.95, 0.99]) expect(heard.percentile(p)).toBe(own.percentile(p));
			for (const [id, { picked, ok, failed }] of heard.backends) {
				expect(own.backends.get(id)).toMatchObject({ picked, ok, failed });
			}
		}),
		{ numRuns: 30, seed: 2 }
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
	expect(() => {
		engine.apply({ do: 'add', server: { id: 'b', workers: 1, queue: 0, speed: 1, weight: 1 } });
	}).toThrow('There is or was a server "b"');
	expect(engine.changes).toEqual(before);
	expect(readScenario({ ...engine.scenario, changes: before }).changes).toEqual(before);
});
