import { expect, test } from 'vitest';
import { readScenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';

test('a request and its answer walk four hops, and two where the balancer is a part of the client', () => {
	const latency = (inClient: boolean): number =>
		simulate(
			readScenario({
				traffic: { arrivals: 'steady', perSecond: 1 },
				work: { law: 'fixed', meanMs: 10 },
				servers: [{ id: 'a' }],
				network: { hopMs: 5, inClient },
				durationMs: 10_000
			})
		).metrics.meanLatency;
	expect(latency(false)).toBeCloseTo(30, 9);
	expect(latency(true)).toBeCloseTo(20, 9);
});
