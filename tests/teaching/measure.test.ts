import { expect, test } from 'vitest';
import { readScenario } from '#simulator/scenario.ts';
import { measures } from '#teaching/measure.ts';
import { measured } from './measured.ts';

test.each([
	[{ sees: 'servers', everyMs: 500 }, 500],
	[{ sees: 'servers' }, 0],
	[{ sees: 'own', everyMs: 500 }, 0]
])('with the balancer %j, its news gets %d ms old', (balancer, expected) => {
	const scenario = readScenario({ servers: [{ id: 'A' }], balancer });
	expect(measures['report-interval'].of(measured([]), scenario)).toBe(expected);
});
