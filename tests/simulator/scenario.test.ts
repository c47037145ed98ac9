import fc from 'fast-check';
import { expect, test } from 'vitest';
import { strategyNames } from '#balancer/strategies/index.ts';
import { InputError, parseJson } from '#record/input.ts';
import { readScenario, scenarioJsonSchema } from '#simulator/scenario.ts';
import { z } from 'zod';
import { scenarios } from './arbitrary.ts';

const servers = [{ id: 'a' }, { id: 'b' }];

/** The sentence with which it is refused. */
function refusal(value: unknown): string {
	try {
		readScenario(value, 'siege.json');
	} catch (error) {
		expect(error).toBeInstanceOf(InputError);
		return (error as InputError).message;
	}
	return 'no refusal';
}

test('a scenario needs only its servers; the rest has defaults', () => {
	const scenario = readScenario({ servers });
	expect(scenario).toMatchObject({
		version: 1,
		seed: 1,
		strategy: { name: 'round-robin', knobs: {} },
		traffic: { arrivals: 'poisson', perSecond: 30, clients: 40 },
		work: { law: 'exponential', meanMs: 100 },
		network: { hopMs: 0 },
		balancer: { retries: 0, health: null },
		warmUpMs: 0,
		durationMs: 60_000,
		changes: []
	});
	expect(scenario.servers[1]).toMatchObject({
		id: 'b',
		discipline: 'fcfs',
		workers: 1,
		queue: 50,
		speed: 1,
		weight: 1,
		limit: null,
		backup: false,
		distanceMs: 0,
		thrash: null,
		coldStart: null,
		antagonist: null
	});
	// What is not asked for is off.
	expect(scenario).toMatchObject({ autoscaler: null, sessions: null, data: null, fanOut: 1 });
	expect(scenario.traffic).toMatchObject({ curve: [], trace: [], zipf: 0, giant: 0, patience: null });
	expect(scenario.balancer).toMatchObject({
		redispatch: 'always',
		again: true,
		panic: true,
		backups: 'all',
		slowStartMs: null,
		queue: null,
		sticky: false,
		timeoutMs: null,
		backoff: { baseMs: 0, mostMs: 10_000, jitter: true },
		budget: null,
		hedgeMs: null,
		cancel: true,
		most: null,
		checks: null,
		gates: 1,
		sees: 'own',
		everyMs: 0,
		delayMs: 0,
		perConnection: 1
	});
});

test('what was read can be read again and means the same', () => {
	const scenario = readScenario({ servers, changes: [{ at: 5, do: 'add', server: { id: 'c' } }] });
	expect(readScenario(JSON.parse(JSON.stringify(scenario)))).toEqual(scenario);
});

test.each([
	['nothing', undefined, 'siege.json: is missing: use an object.'],
	['a number', 5, 'siege.json: is 5: use an object.'],
	['no servers field', {}, 'siege.json: servers is missing: use a list.'],
	['zero servers', { servers: [] }, 'siege.json: servers is []: needs at least one server.'],
	[
		'a negative rate',
		{ servers, traffic: { perSecond: -5 } },
		'siege.json: traffic.perSecond is -5: use 0 or more.'
	],
	[
		'a rate that is no number',
		{ servers, traffic: { perSecond: NaN } },
		'siege.json: traffic.perSecond is NaN: use a number.'
	],
	['an endless run', { servers, durationMs: Infinity }, 'siege.json: durationMs is Infinity: use a number.'],
	['a number as text', { servers, seed: '7' }, 'siege.json: seed is "7": use a number.'],
	[
		'half a worker',
		{ servers: [{ id: 'a', workers: 1.5 }] },
		'siege.json: servers[0].workers is 1.5: use a whole number.'
	],
	[
		'no worker',
		{ servers: [{ id: 'a', workers: 0 }] },
		'siege.json: servers[0].workers is 0: use 1 or more.'
	],
	[
		'a queue of NaN',
		{ servers: [{ id: 'a', queue: NaN }] },
		'siege.json: servers[0].queue is NaN: use a number.'
	],
	[
		'a run longer than anything that could be kept of it',
		{ servers, traffic: { perSecond: 0 }, durationMs: 1e15 },
		'siege.json: durationMs is 1000000000000000: use 86400000 or less.'
	],
	[
		'a huge queue',
		{ servers: [{ id: 'a', queue: 1e7 }] },
		'siege.json: servers[0].queue is 10000000: use 1000000 or less.'
	],
	['null', { servers, network: null }, 'siege.json: network is null: use an object.'],
	[
		'an unknown field',
		{ servers, trafic: {} },
		'siege.json: has the unknown field "trafic": remove or rename.'
	],
	[
		'unknown fields of a server',
		{ servers: [{ id: 'a', cpu: 1, ram: 2 }] },
		'siege.json: servers[0] has the unknown fields "cpu", "ram": remove or rename.'
	],
	[
		'an unknown strategy',
		{ servers, strategy: { name: 'chaos' } },
		'siege.json: strategy.name is "chaos": use one of "round-robin", "smooth-weighted-round-robin", "random", ' +
			'"weighted-random", "ip-hash", "least-connections", "weighted-least-connections", "two-choices", "peak-ewma", ' +
			`"join-idle-queue", "hot-cold", "consistent-hash" … (${String(strategyNames.length)} in all).`
	],
	[
		'a strategy that looks at everybody, for too many,',
		{
			servers: Array.from({ length: 65 }, (_, index) => ({ id: `s${String(index)}` })),
			strategy: { name: 'rendezvous' }
		},
		'siege.json: strategy.name is "rendezvous": looks at every backend for every pick, so 65 are too many: ' +
			'use at most 64, or another strategy.'
	],
	[
		'a knob out of range',
		{ servers, strategy: { name: 'two-choices', knobs: { choices: 99 } } },
		'siege.json: strategy.knobs.choices is 99: is out of range: use 2 to 5.'
	],
	[
		'an unknown knob',
		{ servers, strategy: { name: 'random', knobs: { choices: 2 } } },
		'siege.json: strategy.knobs.choices is 2: "random" has no such knob: its knobs are none.'
	],
	[
		'a knob by a name that every object knows',
		{ servers, strategy: { name: 'random', knobs: { constructor: 2 } } },
		'siege.json: strategy.knobs.constructor is 2: "random" has no such knob: its knobs are none.'
	],
	[
		'a bad id',
		{ servers: [{ id: 'a b' }] },
		'siege.json: servers[0].id is "a b": use 1 to 40 letters, digits or . _ : -.'
	],
	[
		'a duplicate id',
		{ servers: [{ id: 'a' }, { id: 'a' }] },
		'siege.json: servers[1].id is "a": is taken by another server: give each its own.'
	],
	[
		'a duplicate id among the changes',
		{ servers, changes: [{ at: 1, do: 'add', server: { id: 'a' } }] },
		'siege.json: changes[0].server.id is "a": is taken by another server: give each its own.'
	],
	[
		'a change for an unknown server',
		{ servers, changes: [{ at: 1, do: 'stop', server: 'z' }] },
		'siege.json: changes[0].server is "z": is no server at 1 ms: those there are a, b.'
	],
	[
		'a change before its server is added, though it stands after it in the list',
		{
			servers,
			changes: [
				{ at: 9, do: 'add', server: { id: 'c' } },
				{ at: 1, do: 'stop', server: 'c' }
			]
		},
		'siege.json: changes[1].server is "c": is no server at 1 ms: those there are a, b.'
	],
	[
		'a change after its server was removed, though it stands before it in the list',
		{
			servers,
			changes: [
				{ at: 9, do: 'weight', server: 'a', weight: 2 },
				{ at: 1, do: 'remove', server: 'a' }
			]
		},
		'siege.json: changes[0].server is "a": is no server at 9 ms: those there are b.'
	],
	[
		'an unknown change',
		{ servers, changes: [{ at: 1, do: 'explode', server: 'a' }] },
		'siege.json: changes[0].do is "explode": use one of "add", "remove", "stop", "hang", "fail", "pause", "slow", "restart", ' +
			'"drain", "ready", "weight", "traffic" … (14 in all).'
	],
	[
		'a change after the end',
		{ servers, durationMs: 1000, changes: [{ at: 1001, do: 'stop', server: 'a' }] },
		'siege.json: changes[0].at is 1001: is after the end: stay within durationMs, 1000.'
	],
	[
		'a warm-up as long as the run',
		{ servers, warmUpMs: 1000, durationMs: 1000 },
		'siege.json: warmUpMs is 1000: leaves nothing to measure: stay below durationMs, 1000.'
	],
	[
		'a million million requests',
		{ servers, traffic: { perSecond: 1e12 / 1e6 }, durationMs: 86_400_000 },
		'siege.json: durationMs is 86400000: up to 86,400,000,000 requests would come: stay below 200,000,000 by a lower rate or a shorter run.'
	],
	[
		'a run longer than any',
		{ servers, durationMs: 1e300 },
		'siege.json: durationMs is 1e+300: use 86400000 or less.'
	],
	[
		'a million million requests by a change',
		{ servers, durationMs: 86_400_000, changes: [{ at: 1, do: 'traffic', perSecond: 1e6 }] },
		'siege.json: durationMs is 86400000: up to 86,400,000,000 requests would come: stay below 200,000,000 by a lower rate or a shorter run.'
	],
	[
		'a fan-out with retries',
		{ servers, fanOut: 3, balancer: { retries: 1 } },
		'siege.json: balancer.retries is 1: goes with a fanOut of 1 only: set it to 0.'
	],
	[
		'a fan-out with hedges',
		{ servers, fanOut: 3, balancer: { hedgeMs: 20 } },
		'siege.json: balancer.hedgeMs is 20: goes with a fanOut of 1 only: set it to null.'
	],
	[
		'a fan-out with a line at the gate',
		{ servers, fanOut: 3, balancer: { queue: {} } },
		'siege.json: balancer.queue is {}: goes with a fanOut of 1 only: set it to null.'
	],
	[
		'a read of more copies than there are',
		{ servers, data: { copies: 3, read: 4 } },
		'siege.json: data.read is 4: is more than there are copies: use at most 3.'
	],
	[
		'a write of more copies than there are',
		{ servers, data: { copies: 2, write: 3 } },
		'siege.json: data.write is 3: is more than there are copies: use at most 2.'
	],
	[
		'an autoscaler from more to fewer',
		{ servers, autoscaler: { least: 5, most: 4 } },
		'siege.json: autoscaler.least is 5: is more than most: use at most 4.'
	],
	[
		'a server by a name that the autoscaler gives',
		{ servers: [{ id: 'auto-1' }], autoscaler: {} },
		'siege.json: servers[0].id is "auto-1": is a name that the autoscaler gives: use another.'
	],
	[
		'a later server by a name that the autoscaler gives',
		{ servers, autoscaler: {}, changes: [{ at: 1, do: 'add', server: { id: 'auto-7' } }] },
		'siege.json: changes[0].server.id is "auto-7": is a name that the autoscaler gives: use another.'
	],
	[
		'a strategy that looks at everybody, for as many as the autoscaler may build,',
		{ servers, strategy: { name: 'rendezvous' }, autoscaler: { most: 65 } },
		'siege.json: strategy.name is "rendezvous": looks at every backend for every pick, so 65 are too many: ' +
			'use at most 64, or another strategy.'
	],
	[
		'a curve that goes back',
		{
			servers,
			traffic: {
				curve: [
					{ at: 5, times: 1 },
					{ at: 5, times: 2 }
				]
			}
		},
		'siege.json: traffic.curve[1].at is 5: comes after 5: let the points be in order.'
	],
	[
		'a trace that goes back',
		{ servers, traffic: { arrivals: 'trace', trace: [{ at: 5 }, { at: 4 }] } },
		'siege.json: traffic.trace[1].at is 4: comes after 5: let them be in order.'
	],
	[
		'an empty trace',
		{ servers, traffic: { arrivals: 'trace', trace: [] } },
		'siege.json: traffic.trace is []: is empty: list what comes, or let arrivals be another.'
	],
	[
		'too many requests at the top of a curve',
		{ servers, durationMs: 86_400_000, traffic: { perSecond: 1000, curve: [{ at: 0, times: 5 }] } },
		'siege.json: durationMs is 86400000: up to 432,000,000 requests would come: stay below 200,000,000 by a lower rate or a shorter run.'
	],
	[
		'a timeout of no time',
		{ servers, balancer: { timeoutMs: 0 } },
		'siege.json: balancer.timeoutMs is 0: use 0.001 or more.'
	],
	['no gate', { servers, balancer: { gates: 0 } }, 'siege.json: balancer.gates is 0: use 1 or more.'],
	[
		'a share above all',
		{ servers, traffic: { giant: 1.5 } },
		'siege.json: traffic.giant is 1.5: use 1 or less.'
	],
	[
		'patience without a length',
		{ servers, traffic: { patience: {} } },
		'siege.json: traffic.patience.meanMs is missing: use a number.'
	],
	[
		'an unknown discipline',
		{ servers: [{ id: 'a', discipline: 'lifo' }] },
		'siege.json: servers[0].discipline is "lifo": use one of "fcfs", "sharing".'
	],
	[
		'a pause of no length',
		{ servers, changes: [{ at: 1, do: 'pause', server: 'a' }] },
		'siege.json: changes[0].forMs is missing: use a number.'
	],
	['another version', { version: 2, servers }, 'siege.json: version is 2: expected 1.']
])('%s is refused in one sentence', (_, value, sentence) => {
	expect(refusal(value)).toBe(sentence);
});

test('more than 10,000 servers at once are refused, however they come', () => {
	const many = Array.from({ length: 10_001 }, (_, index) => ({ id: String(index) }));
	expect(refusal({ servers: many })).toMatch(/^siege\.json: servers is \[.*: use 10000 entries or less\.$/);
	const later = many.map((server, at) => ({ at, do: 'add', server }));
	expect(refusal({ servers, changes: later })).toMatch(
		/^siege\.json: changes\[9998\] is .*: makes more than 10000 servers: remove some before\.\n/
	);
});

test('each wrong place gets its own line, five at most', () => {
	const lines = refusal({ servers: Array.from({ length: 8 }, () => ({ id: 'a', workers: 0 })) }).split('\n');
	expect(lines).toHaveLength(6);
	expect(lines[4]).toBe('siege.json: servers[4].workers is 0: use 1 or more.');
	expect(lines[5]).toMatch(/^… and \d+ more$/);
});

test('text that is not JSON is refused as such', () => {
	expect(() => parseJson(z.unknown(), '{"servers": [', 'siege.json')).toThrow(
		/^siege\.json: is not JSON \(.*\): check it in an editor or save it again\.$/
	);
});

test('the published schema names every field', () => {
	const schema = scenarioJsonSchema() as { properties: object; additionalProperties: boolean };
	expect(schema.additionalProperties).toBe(false);
	expect(Object.keys(schema.properties).toSorted()).toEqual(
		['$schema', ...Object.keys(readScenario({ servers }))].toSorted()
	);
});

test('the published schema accepts what is read, given or filled in, and refuses what no field may be', () => {
	const published = z.fromJSONSchema(scenarioJsonSchema() as z.core.JSONSchema.JSONSchema);
	for (const scenario of fc.sample(scenarios, { numRuns: 100, seed: 6 })) {
		const { success, error } = published.safeParse(JSON.parse(JSON.stringify(scenario)));
		expect(success, error?.message).toBe(true);
	}
	for (const given of [{ servers }, { servers: [{ id: 'a', limit: null }], balancer: { checks: {} } }])
		expect(published.safeParse(given).success).toBe(true);
	for (const wrong of [
		{},
		{ servers: [] },
		{ servers, trafic: {} },
		{ servers: [{ id: 'a', workers: 0 }] },
		{ servers, traffic: { arrivals: 'flood' } },
		{ servers, changes: [{ do: 'explode', at: 1, server: 'a' }] }
	])
		expect(published.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
});
