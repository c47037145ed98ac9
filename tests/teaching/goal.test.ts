import { expect, test } from 'vitest';
import { readScenario } from '#simulator/scenario.ts';
import { judge } from '#teaching/goal.ts';
import type { Objective } from '#teaching/lesson.ts';
import { measures, peakServers } from '#teaching/measure.ts';
import { measured } from './measured.ts';

const scenario = readScenario({ servers: [{ id: 'A' }, { id: 'B' }] });
const p99: Objective = { measure: 'p99', atMost: 500, label: 'fast' };
const share: Objective = { measure: 'ok-share', atLeast: 0.9, label: 'answered' };
const failed: Objective = { measure: 'failed', atMost: 0, label: 'none refused' };
const servers: Objective = { measure: 'servers', atMost: 2, label: 'two' };

test('judge meets a goal when every objective is met, the limit included', () => {
	const verdict = judge(measured([100, 500]), scenario, { objectives: [p99, share, failed, servers] });
	expect(verdict.met).toBe(true);
	expect(verdict.objectives.map(({ margin }) => margin)).toEqual([0, expect.closeTo(0.1), 0, 0]);
});

test('judge misses a goal when one objective is missed, and says by how much', () => {
	const verdict = judge(measured([100, 625]), scenario, { objectives: [p99, failed] });
	expect(verdict.met).toBe(false);
	expect(verdict.objectives[0]).toMatchObject({
		met: false,
		value: 625,
		margin: -125,
		room: -0.25,
		shown: '625 ms',
		limit: 'at most 500 ms'
	});
	expect(verdict.objectives[1]).toMatchObject({ met: true });
});

test('judge counts refusals as answers that never came, so refusing people cannot meet a latency goal', () => {
	const [fast, answered, none] = judge(measured([1, 1, Infinity]), scenario, {
		objectives: [p99, share, failed]
	}).objectives;
	expect(fast).toMatchObject({ met: false, margin: -Infinity, shown: 'never' });
	expect(answered?.met).toBe(false);
	expect(none).toMatchObject({ met: false, margin: -1, room: -1 });
});

test('judge meets nothing before the first answer', () => {
	const { met, objectives } = judge(measured([]), scenario, { objectives: [p99, share] });
	expect(met).toBe(false);
	expect(objectives.map((one) => one.met)).toEqual([false, false]);
});

test('servers are counted at their peak, so taking one away in time does not hide it', () => {
	const changes = [
		{ do: 'add', at: 10, server: { id: 'C' } },
		{ do: 'remove', at: 20, server: 'A' },
		{ do: 'add', at: 30, server: { id: 'D' } }
	];
	expect(peakServers(readScenario({ servers: [{ id: 'A' }, { id: 'B' }], changes }))).toBe(3);
});

test.each([
	['p99', 84.4, '84 ms'],
	['p99', 999.7, '1.00 s'],
	['p50', 1074, '1.07 s'],
	['p95', Infinity, 'never'],
	['mean', NaN, '–'],
	['failed', 2576, '2,576'],
	['ok-share', 0.6804, '68.0 %'],
	['goodput', 29.96, '30.0 a second']
] as const)('%s shows %d as %s', (measure, value, text) => {
	expect(measures[measure].show(value)).toBe(text);
});
