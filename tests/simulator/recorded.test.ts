import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { strategyNames } from '#balancer/strategies/index.ts';
import type { TraceEvent } from '#record/event.ts';
import { headerLine, readRecording, type Recording } from '#record/recording.ts';
import { Engine } from '#simulator/engine.ts';
import { recordedTraffic } from '#simulator/recorded.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';

const session = readRecording(readFileSync('tests/fixtures/session.jsonl', 'utf8'), 'session.jsonl');

/** All that happens. */
function eventsOf(scenario: Scenario): TraceEvent[] {
	const events: TraceEvent[] = [];
	const engine = new Engine(scenario);
	engine.listen((event) => events.push(event));
	engine.runToEnd();
	return events;
}

function picksOf(events: readonly TraceEvent[]): string[] {
	return events.flatMap((event) => (event.kind === 'pick' ? [event.backend] : []));
}

/** A run as a recording, which begins late, as one that is made in the middle of things. */
function recordingOf(scenario: Scenario): Recording {
	const { strategy, seed, servers } = scenario;
	const late = 5000;
	const added = servers.map(({ id, weight }) => ({
		kind: 'backend',
		at: late,
		backend: id,
		change: 'added',
		value: weight
	}));
	const told = eventsOf(scenario).flatMap((event) =>
		event.kind === 'backend' || event.kind === 'strategy'
			? []
			: [{ ...event, at: Math.round((event.at + late) * 1000) / 1000 }]
	);
	const lines = [headerLine({ strategy, seed }), ...[...added, ...told].map((e) => JSON.stringify(e)), ''];
	return readRecording(lines.join('\n'), 'run.jsonl');
}

test.each(strategyNames)(
	'%s meets its own recorded traffic and sends every request where it went',
	(name) => {
		const recording = recordingOf(
			readScenario({
				strategy: { name },
				seed: 4,
				traffic: { perSecond: 200, clients: 30 },
				work: { meanMs: 20, law: 'exponential' },
				servers: ['a', 'b', 'c'].map((id, i) => ({ id, workers: 1000, speed: 1 + i })),
				network: { hopMs: 0 },
				durationMs: 3000
			})
		);
		const scenario = recordedTraffic(recording);
		if (scenario === undefined) throw new Error('There is traffic.');
		const recorded = picksOf(recording.events.map(({ event }) => event));
		const picked = picksOf(eventsOf(scenario));
		expect(picked).toHaveLength(recorded.length);
		const same = picked.filter((backend, i) => backend === recorded[i]).length;
		expect(same / recorded.length).toBeGreaterThan(0.99);
	}
);

test('a recorded session of the proxy is traffic for any strategy, and each request takes as long as it took', () => {
	const scenario = recordedTraffic(session, { strategy: { name: 'random', knobs: {} } });
	const took = session.events.flatMap(({ event }) =>
		event.kind === 'end' && event.result === 'ok' ? [event.latency] : []
	);
	const sent = session.events.filter(({ event }) => event.kind === 'send').length;
	expect(scenario?.traffic.trace).toHaveLength(sent);
	expect(scenario?.strategy.name).toBe('random');
	const means = (scenario?.servers ?? []).map(({ speed }) => speed);
	for (const speed of means) expect(speed).toBeGreaterThan(0);
	const ends = eventsOf(scenario as Scenario).filter(({ kind }) => kind === 'answer');
	expect(ends).toHaveLength(sent);
	expect(took.length).toBeGreaterThan(0);
});

test('who was out in the recording drains meanwhile, and a session without answers is no traffic', () => {
	const line = (event: object): string => JSON.stringify(event);
	const begin = [
		headerLine({ strategy: { name: 'round-robin' }, seed: 1 }),
		...['A', 'B'].map((backend) => line({ kind: 'backend', at: 100, backend, change: 'added', value: 1 }))
	];
	const one = [
		line({ kind: 'send', at: 110, id: 1, key: 'k' }),
		line({ kind: 'pick', at: 110, id: 1, attempt: 0, backend: 'A', key: 'k' }),
		line({ kind: 'backend', at: 112, backend: 'B', change: 'ejected' }),
		line({ kind: 'end', at: 118, id: 1, attempt: 0, backend: 'A', latency: 8, result: 'ok' }),
		line({ kind: 'backend', at: 120, backend: 'B', change: 'restored' })
	];
	const read = (lines: readonly string[]): Recording => readRecording([...lines, ''].join('\n'), 'x');
	expect(recordedTraffic(read([...begin, ...one]))?.changes).toEqual([
		{ do: 'drain', at: 12, server: 'B' },
		{ do: 'ready', at: 20, server: 'B' }
	]);
	expect(recordedTraffic(read([...begin, ...one.slice(0, 2)]))).toBeUndefined();
});

test('a server that comes back when all the traffic is over, or cut off, is no trouble', () => {
	const example = readRecording(
		readFileSync('static/example-session.jsonl', 'utf8'),
		'example-session.jsonl'
	);
	const back = example.events.at(-1)?.event;
	expect(back).toMatchObject({ kind: 'backend', change: 'restored' });
	for (const most of [Infinity, 50]) {
		const scenario = recordedTraffic(example, { strategy: { name: 'least-connections', knobs: {} }, most });
		if (scenario === undefined || back === undefined) throw new Error('There is traffic.');
		expect(scenario.durationMs).toBeLessThan(back.at);
		expect(picksOf(eventsOf(scenario))).toHaveLength(Math.min(most, 422));
	}
});
