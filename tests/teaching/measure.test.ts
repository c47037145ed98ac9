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

test('a learner types milliseconds and counts as they are, and a share in per cent', () => {
	expect(typedAs('p99')).toEqual({ factor: 1, unit: 'ms' });
	expect(typedAs('ok-share')).toEqual({ factor: 100, unit: '%' });
	expect(typedAs('failed')).toEqual({ factor: 1, unit: '' });
	expect(typedAs('goodput')).toEqual({ factor: 1, unit: 'a second' });
});
