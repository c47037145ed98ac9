import { expect, test } from 'vitest';
import { readScenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';

const office = {
	seed: 4,
	traffic: { perSecond: 100, clients: 3, giant: 0.8, giantSessions: 30 },
	work: { law: 'fixed', meanMs: 5 },
	sessions: { missMs: 10 },
	servers: ['A', 'B', 'C', 'D'].map((id) => ({ id, queue: 1000 })),
	durationMs: 60_000
};

function missesOf(patch: object): number {
	return simulate(readScenario({ ...office, ...patch })).metrics.sessionMisses;
}

test('by IP hash each session is had once, whether the gate goes by the address or by the session itself', () => {
	for (const key of ['address', 'session'])
		expect(missesOf({ strategy: { name: 'ip-hash' }, balancer: { key } })).toBe(32);
});

test('in turns every server comes to know every session', () => {
	expect(missesOf({ strategy: { name: 'round-robin' } })).toBe(4 * 32);
});

test('an office goes to one server by its address, and to all of them by its sessions', () => {
	const shares = ['address', 'session'].map((key) => {
		const scenario = readScenario({ ...office, strategy: { name: 'ip-hash' }, balancer: { key } });
		const picks = [...simulate(scenario).metrics.backends.values()].map(({ picked }) => picked);
		return Math.max(...picks) / picks.reduce((sum, one) => sum + one, 0);
	});
	expect(shares[0]).toBeGreaterThan(0.78);
	expect(shares[1]).toBeLessThan(0.5);
});

test('a session had before the warm-up is over is not counted', () => {
	expect(missesOf({ strategy: { name: 'ip-hash' }, warmUpMs: 30_000 })).toBe(0);
});
