import { expect, test } from 'vitest';
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
	const backends = new Map([
		['A', { picked: 30 }],
		['B', { picked: 10 }],
		['C', { picked: 0 }]
	]);
	expect(of({ ...measured([]), backends }, scenario)).toBe(0.75);
	expect(of(measured([]), scenario)).toBeNaN();
	expect(show(NaN)).toBe('–');
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
