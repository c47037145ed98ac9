import { expect, test } from 'vitest';
import { readScenario } from '#simulator/scenario.ts';
import { leverEnds, leverValue, withLever, type Lever } from '#teaching/lever.ts';
import { letterOf, patched } from '#teaching/patch.ts';

test('patched merges objects field by field and leaves its arguments alone', () => {
	const base = { traffic: { perSecond: 30, clients: 40 }, seed: 1 };
	const patch = { traffic: { perSecond: 45 } };
	expect(patched(base, patch)).toEqual({ traffic: { perSecond: 45, clients: 40 }, seed: 1 });
	expect(base.traffic.perSecond).toBe(30);
});

test('patched replaces arrays whole, and later patches win', () => {
	const base = { changes: [1, 2, 3], balancer: { health: { fall: 3 } } };
	expect(patched(base, { changes: [4] }, { changes: [], balancer: { health: null } })).toEqual({
		changes: [],
		balancer: { health: null }
	});
});

test('patched changes the entries of a list that the patch names, and leaves their fields and the others', () => {
	const base = {
		servers: [
			{ id: 'A', speed: 1, weight: 1 },
			{ id: 'B', speed: 4, weight: 1 }
		]
	};
	expect(patched(base, { servers: { B: { weight: 4 } } })).toEqual({
		servers: [
			{ id: 'A', speed: 1, weight: 1 },
			{ id: 'B', speed: 4, weight: 4 }
		]
	});
	expect(base.servers[1]?.weight).toBe(1);
});

test.each([
	['a name that is not in the list', { C: { weight: 4 } }],
	['a name with no fields', { A: 4 }]
])('patched hands %s on, so that the reader can refuse it', (_, servers) => {
	const merged = patched({ servers: [{ id: 'A' }] }, { servers });
	expect(merged).toEqual({ servers });
	expect(() => readScenario(merged)).toThrow(/servers/);
});

test('serverCount copies the first server, calls the copies A, B, C, and is no field of the result', () => {
	const base = {
		servers: [
			{ id: 'x', workers: 4 },
			{ id: 'y', workers: 9 }
		],
		serverCount: 2
	};
	expect(patched(base, { serverCount: 3 })).toEqual({
		servers: ['A', 'B', 'C'].map((id) => ({ id, workers: 4 }))
	});
});

test('serverCount is applied to the servers of the last patch', () => {
	const base = { servers: [{ workers: 4 }], serverCount: 2 };
	expect(patched(base, { servers: [{ workers: 8 }] })).toEqual({
		servers: [
			{ id: 'A', workers: 8 },
			{ id: 'B', workers: 8 }
		]
	});
});

test.each([
	[0, 'A'],
	[25, 'Z'],
	[26, 'AA'],
	[27, 'AB'],
	[52, 'BA']
])('place %d is called %s', (index, letter) => {
	expect(letterOf(index)).toBe(letter);
});

const scenario = readScenario({ servers: [{ id: 'A', workers: 2 }], traffic: { perSecond: 30 } });
const servers: Lever = { kind: 'servers', label: 'Servers', min: 1, max: 8 };
const rate: Lever = {
	kind: 'number',
	label: 'Traffic',
	path: 'traffic.perSecond',
	min: 1,
	max: 100,
	step: 1
};
const weight: Lever = {
	kind: 'number',
	label: 'Weight of A',
	path: 'servers.A.weight',
	min: 0,
	max: 10,
	step: 1
};
const law: Lever = {
	kind: 'choice',
	label: 'Requests',
	path: 'work.law',
	options: [
		{ value: 'fixed', label: 'alike' },
		{ value: 'exponential', label: 'uneven' }
	]
};

test('withLever moves one thing and leaves the old scenario as it was', () => {
	expect(withLever(scenario, servers, 3).servers).toMatchObject([
		{ id: 'A', workers: 2 },
		{ id: 'B', workers: 2 },
		{ id: 'C', workers: 2 }
	]);
	expect(withLever(scenario, rate, 45).traffic).toEqual({ ...scenario.traffic, perSecond: 45 });
	expect(withLever(scenario, weight, 4).servers).toEqual([{ ...scenario.servers[0], weight: 4 }]);
	expect(withLever(scenario, law, 'fixed').work.law).toBe('fixed');
	expect(leverValue(servers, scenario)).toBe(1);
});

test('leverValue reads back what withLever set', () => {
	for (const lever of [servers, rate, weight, law]) {
		for (const end of leverEnds(lever)) expect(leverValue(lever, withLever(scenario, lever, end))).toBe(end);
	}
});

test('leverValue is undefined for a path that names nothing', () => {
	for (const path of ['traffic.perHour', 'servers.Z.weight', 'servers.A', 'balancer.health.fall'])
		expect(leverValue({ ...rate, path }, scenario)).toBeUndefined();
});
