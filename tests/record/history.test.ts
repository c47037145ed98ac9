import { expect, test } from 'vitest';
import { History } from '#record/history.ts';
import { Scene } from '#record/scene.ts';
import { Engine } from '#simulator/engine.ts';
import { readScenario } from '#simulator/scenario.ts';

/** A run to its end, with what a page would keep of it. */
function watched(scenario: object): { engine: Engine; history: History } {
	const engine = new Engine(readScenario({ servers: [{ id: 'A' }, { id: 'B' }], ...scenario }));
	const scene = new Scene();
	const history = new History(scene, () => engine.metrics.wastedMs);
	engine.listen((event) => {
		history.hear(event);
		scene.hear(event);
	});
	engine.runToEnd();
	history.passed(engine.now);
	return { engine, history };
}

test('the seconds of a run add up to what the metrics counted', () => {
	const { engine, history } = watched({
		seed: 3,
		traffic: { perSecond: 40, patience: { meanMs: 400 } },
		work: { meanMs: 60 },
		servers: [
			{ id: 'A', queue: 4 },
			{ id: 'B', queue: 4 }
		],
		durationMs: 20_000
	});
	const { metrics } = engine;
	// The last answers come in the second that has only begun.
	engine.runUntil(engine.now + 1000);
	history.passed(engine.now + 1000);
	const sum = (of: 'sent' | 'ok' | 'refused' | 'failed' | 'wastedMs'): number =>
		history.seconds.reduce((total, second) => total + second[of], 0);
	expect(sum('sent')).toBe(metrics.sent);
	expect(sum('ok')).toBe(metrics.ok);
	expect(sum('refused')).toBe(metrics.failures.get('queue-full'));
	expect(sum('refused') + sum('failed')).toBe(metrics.failed);
	expect(metrics.wastedMs).toBeGreaterThan(0);
	expect(sum('wastedMs')).toBeCloseTo(metrics.wastedMs, 6);
});

test('a second tells how the servers stood at its very end', () => {
	const { history } = watched({
		traffic: { arrivals: 'trace', trace: [900, 1000.5, 1001].map((at) => ({ at })) },
		work: { law: 'fixed', meanMs: 3000 },
		servers: [{ id: 'A' }],
		durationMs: 4000
	});
	expect(history.seconds.slice(0, 2).map(({ servers }) => servers.get('A'))).toEqual([
		{ inflight: 1, serving: 1, waiting: 0, free: 0 },
		{ inflight: 3, serving: 1, waiting: 2, free: 0 }
	]);
});

test('a server that joins or leaves is there only while it stands', () => {
	const { history } = watched({
		traffic: { perSecond: 5 },
		durationMs: 6000,
		changes: [
			{ at: 1500, do: 'add', server: { id: 'C' } },
			{ at: 3500, do: 'remove', server: 'C' }
		]
	});
	expect(history.seconds.map(({ servers }) => servers.has('C'))).toEqual([
		false,
		true,
		true,
		false,
		false,
		false
	]);
});
