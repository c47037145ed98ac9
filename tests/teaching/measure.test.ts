import { expect, test } from 'vitest';
import { Metrics } from '#record/metrics.ts';
import { readScenario } from '#simulator/scenario.ts';
import { measures, typedAs } from '#teaching/measure.ts';
import { measured } from './measured.ts';

test.each([
	[{ sees: 'servers', everyMs: 500 }, 500],
	[{ sees: 'servers' }, 0],
	[{ sees: 'own', everyMs: 500 }, 0]
])('with the balancer %j, its news gets %d ms old', (balancer, expected) => {
	const scenario = readScenario({ servers: [{ id: 'A' }], balancer });
	expect(measures['report-interval'].of(measured([]), scenario)).toBe(expected);
});

test('the busiest server has its share of all picks, and nobody has one where nothing was picked', () => {
	const { of, show } = measures['busiest-share'];
	const scenario = readScenario({ servers: [{ id: 'A' }] });
	const metrics = new Metrics();
	expect(show(of(metrics, scenario))).toBe('–');
	const [a, b] = [metrics.numberOf('A'), metrics.numberOf('B')];
	for (const backend of [a, b, a, a]) metrics.at(0).countPick(backend);
	metrics.numberOf('C');
	expect(of(metrics, scenario)).toBe(0.75);
});

test('sessions are counted as the run counted them', () => {
	const scenario = readScenario({ servers: [{ id: 'A' }] });
	expect(measures['session-misses'].of({ ...measured([]), sessionMisses: 7 }, scenario)).toBe(7);
});

test('a learner types milliseconds and counts as they are, and a share in per cent', () => {
	expect(typedAs('p99')).toEqual({ factor: 1, unit: 'ms' });
	expect(typedAs('ok-share')).toEqual({ factor: 100, unit: '%' });
	expect(typedAs('failed')).toEqual({ factor: 1, unit: '' });
	expect(typedAs('goodput')).toEqual({ factor: 1, unit: 'a second' });
});
