import { expect, test } from 'vitest';
import { readScenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';
import { loadsOf, summaryOf, type Summary } from '#simulator/summary.ts';

const summary = (scenario: object): Summary =>
	summaryOf(simulate(readScenario({ servers: [{ id: 'A' }, { id: 'B' }], ...scenario })));

test('retries, hedges and work in vain are told of', () => {
	const calm = summary({ traffic: { perSecond: 5 } });
	expect(calm).toMatchObject({ amplification: 1, hedges: 0, wastedMs: 0 });
	const storm = summary({
		traffic: { perSecond: 30 },
		balancer: { timeoutMs: 150, retries: 2, cancel: false }
	});
	expect(storm.amplification).toBeGreaterThan(1.5);
	expect(storm.amplification).toBeLessThanOrEqual(3);
	expect(storm.wastedMs).toBeGreaterThan(10_000);
	const hedged = summary({ traffic: { perSecond: 5 }, balancer: { hedgeMs: 100 } });
	expect(hedged.hedges).toBeGreaterThan(20);
	expect(hedged.amplification).toBeCloseTo(1 + hedged.hedges / hedged.sent, 9);
});

test('sessions and copies are told of where a scenario has them', () => {
	const roaming = summary({ sessions: { kept: 'server' }, traffic: { clients: 10, perSecond: 10 } });
	expect(roaming.sessionMisses).toBeGreaterThan(10);
	const copied = summary({ data: { lagMs: 500, writes: 0.5 } });
	expect(copied.reads).toBeGreaterThan(100);
	expect(copied.staleReads).toBeGreaterThan(10);
});

test('a load is the share of its workers’ time that a server used while it stood', () => {
	const engine = simulate(
		readScenario({
			traffic: { arrivals: 'steady', perSecond: 10 },
			work: { law: 'fixed', meanMs: 100 },
			servers: [
				{ id: 'A', workers: 1 },
				{ id: 'B', workers: 2 }
			],
			durationMs: 100_000,
			changes: [{ at: 50_000, do: 'remove', server: 'B' }]
		})
	);
	const loads = loadsOf(engine);
	// Half of ten a second for a tenth of a second each, on one worker and on two; then A has all of it.
	expect(loads.get('B')).toBeCloseTo(0.25, 2);
	expect(loads.get('A')).toBeCloseTo(0.75, 2);
});

test('fairness sees one client that is sent to one server', () => {
	const giant = { traffic: { giant: 0.8, perSecond: 10 }, work: { meanMs: 50 } };
	const even = summary({ ...giant, strategy: { name: 'round-robin' } });
	const uneven = summary({ ...giant, strategy: { name: 'ip-hash' } });
	expect(even.jain).toBeGreaterThan(0.98);
	expect(uneven.jain).toBeLessThan(0.8);
	expect(uneven.peakToMean).toBeGreaterThan(1.5);
});
