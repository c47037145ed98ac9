import { expect, test } from 'vitest';
import { readProxySettings } from '#record/proxy-settings.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario } from '#simulator/scenario.ts';

const servers = [{ id: 'A', url: 'http://localhost:8000' }];

test('the balancer of a scenario is a proxy’s, word for word', () => {
	const { balancer } = readScenario({
		traffic: { perSecond: 1 },
		servers: [{ id: 'A' }],
		balancer: {
			retries: 2,
			backoff: { baseMs: 20 },
			budget: { ratio: 0.2 },
			hedgeMs: 300,
			most: 50,
			timeoutMs: null,
			queue: { limit: 9 },
			checks: { probe: 'tcp', everyMs: 500 }
		}
	});
	expect(readProxySettings({ servers, balancer }).balancer).toMatchObject({
		retries: 2,
		backoff: { baseMs: 20, mostMs: 10_000, jitter: true },
		budget: { ratio: 0.2, most: 10 },
		hedgeMs: 300,
		most: 50,
		timeoutMs: null,
		queue: { limit: 9, timeoutMs: null },
		checks: { everyMs: 500, path: null }
	});
});

test('of the playground’s own clusters only what is simulated is refused', () => {
	const refused = presets.flatMap(({ scenario }) => {
		try {
			readProxySettings({ servers, balancer: scenario.balancer });
			return [];
		} catch (error) {
			return (error as Error).message.split('\n');
		}
	});
	for (const sentence of refused)
		expect(sentence).toMatch(/balancer\.(gates|sees|everyMs|key|perConnection|cancel) is /);
});

test.each([
	[{ gates: 3 }, 'balancer.gates is 3: a proxy is one balancer: leave it 1, and start several.'],
	[
		{ sees: 'servers' },
		'balancer.sees is "servers": a proxy sees only what goes through it: leave it "own".'
	],
	[{ everyMs: 5 }, 'balancer.everyMs is 5: what goes through a proxy it sees at once: leave it 0.'],
	[{ key: 'session' }, 'balancer.key is "session": say it outside of balancer'],
	[{ perConnection: 8 }, 'balancer.perConnection is 8: a proxy chooses for each request: leave it 1.'],
	[{ cancel: false }, 'balancer.cancel is false: a proxy always lets a server know that nobody waits'],
	[{ hedgeMs: -1 }, 'balancer.hedgeMs is -1: use 0.001 or more.']
])('%j is refused with its reason', (balancer, sentence) => {
	expect(() => readProxySettings({ servers, balancer })).toThrow(sentence);
});
