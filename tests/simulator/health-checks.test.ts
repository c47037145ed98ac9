import { expect, test } from 'vitest';
import { Engine } from '#simulator/engine.ts';
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

test('a circuit breaker opens after three failures, turns everybody away at once, and is half open after its time', () => {
	const engine = new Engine(
		readScenario({
			traffic: { arrivals: 'steady', perSecond: 100 },
			work: { law: 'fixed', meanMs: 1 },
			servers: [{ id: 'A' }],
			balancer: { health: { fall: 3, ejectMs: 1000 }, panic: false },
			changes: [
				{ at: 2005, do: 'fail', server: 'A' },
				{ at: 4505, do: 'restart', server: 'A' }
			],
			durationMs: 10_000
		})
	);
	const failed: [at: number, reason: string | undefined][] = [];
	engine.listen((event) => {
		if (event.kind === 'answer' && event.result !== 'ok') failed.push([event.at, event.reason]);
	});
	engine.runToEnd();
	const opened = failed.filter(([, reason]) => reason === 'failed').map(([at]) => at);
	expect(opened).toEqual([2010, 2020, 2030, 3030, 4030]);
	// Closed again by the first that is well: 100 turned away for each second that it was open, but for those it tried.
	expect(failed.filter(([, reason]) => reason === 'no-backend')).toHaveLength(3 * 99);
	expect(engine.metrics.ok).toBe(1000 - 5 - 3 * 99);
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
