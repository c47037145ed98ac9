import { expect, test } from 'vitest';
import { readScenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';

const failedWith = (probe: 'http' | 'tcp', trouble: 'stop' | 'hang' | 'fail'): number => {
	const scenario = readScenario({
		traffic: { arrivals: 'steady', perSecond: 10 },
		work: { law: 'fixed', meanMs: 10 },
		servers: [{ id: 'A' }, { id: 'B' }],
		balancer: { timeoutMs: 1000, checks: { everyMs: 1000, timeoutMs: 500, fall: 2, probe } },
		changes: [{ at: 5000, do: trouble, server: 'B' }],
		durationMs: 60_000
	});
	return simulate(scenario).metrics.failed;
};

test('a check that asks for a page takes out whoever is stopped, hangs or answers with errors', () => {
	for (const trouble of ['stop', 'hang', 'fail'] as const)
		expect(failedWith('http', trouble), trouble).toBeLessThan(20);
});

test('a check that only connects takes out whoever is stopped, and nobody else', () => {
	expect(failedWith('tcp', 'stop')).toBeLessThan(20);
	expect(failedWith('tcp', 'hang')).toBeGreaterThan(250);
	expect(failedWith('tcp', 'fail')).toBeGreaterThan(250);
});

test('an address stands for a server where a program would hash it', () => {
	const run = (address?: string): string =>
		String(
			simulate(
				readScenario({
					strategy: { name: 'caddy-hash' },
					servers: [{ id: 'A', address }, { id: 'B' }],
					durationMs: 5000
				})
			).fingerprint
		);
	expect(run('10.0.0.1:80')).not.toBe(run());
	expect(run('A:1')).toBe(run('A:1'));
	expect(() => readScenario({ servers: [{ id: 'A', address: 'x y:80' }] })).toThrow('write it like');
});
