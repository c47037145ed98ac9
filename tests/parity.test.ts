import { createServer, request, Agent, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, expect, test } from 'vitest';
import { shelf, strategyNames } from '#balancer/strategies/index.ts';
import { defaultRules, startProxy } from '#proxy/server.ts';
import type { TraceEvent } from '#record/event.ts';
import { headerLine, readRecording } from '#record/recording.ts';
import { replay } from '#record/replay.ts';
import type { HostRulesInput } from '#record/rules.ts';

/**
 * What a strategy decided among real sockets, it decides again with no socket and no clock: every strategy drives a
 * real proxy through more than a thousand concurrent requests with backends that differ, fail and come back, and its
 * recording is replayed. `npm run test:parity` does the same with 10,000 requests for each strategy.
 */

const seed = 11;
const rules = { retries: 1, health: { fall: 3, ejectMs: 120 } } as const;
const requests = Number(process.env.PARITY_REQUESTS ?? 1100);
const atOnce = 12;

interface Demo {
	readonly id: string;
	readonly url: string;
	readonly weight: number;
	kill(): void;
	revive(): Promise<void>;
}

async function demo(id: string, weight: number, latencyMs: number): Promise<Demo> {
	let server: Server | undefined;
	let port = 0;
	const revive = async (): Promise<void> => {
		const made = createServer((_, res) => setTimeout(() => res.end(id), latencyMs * (0.5 + Math.random())));
		await new Promise<void>((resolve) => made.listen(port, '127.0.0.1', resolve));
		port = (made.address() as AddressInfo).port;
		server = made;
	};
	const kill = (): void => {
		server?.close();
		server?.closeAllConnections();
	};
	await revive();
	onTestFinished(kill);
	return { id, url: `http://127.0.0.1:${String(port)}`, weight, kill, revive };
}

/** Who keeps away from servers that failed may never see one fail, and less three times in a row: so many sessions did. */
const eventful = { failures: 0, ejections: 0 };

test.each(strategyNames)(
	'%s decides in a replay as it did in the proxy',
	async (name) => {
		const backends = await Promise.all([
			demo('swift', 3, 1),
			demo('plain', 2, 3),
			demo('slow', 1, 7),
			demo('other', 1, 2)
		]);
		const strategy = {
			name,
			knobs: Object.fromEntries(Object.entries(shelf[name].knobs).map(([knob, { max }]) => [knob, max]))
		};
		const events: TraceEvent[] = [];
		const proxy = await startProxy({ backends, strategy, seed, rules, ear: (event) => events.push(event) });
		onTestFinished(() => proxy.close(100));

		let sent = 0;
		const client = async (local: string): Promise<void> => {
			const agent = new Agent({ keepAlive: true });
			onTestFinished(() => {
				agent.destroy();
			});
			while (sent < requests) {
				// The same story, however long: its moments are counted in 1100ths.
				const number = (++sent * 1100) / requests;
				const is = (moment: number): boolean => number >= moment && number - 1100 / requests < moment;
				if (is(250)) backends[0].kill();
				if (is(400)) proxy.cluster.setState('other', 'drain', proxy.now());
				if (is(500)) proxy.cluster.setWeight('slow', 4, proxy.now());
				if (is(600)) await backends[0].revive();
				if (is(700)) proxy.cluster.setState('other', 'ready', proxy.now());
				if (is(850)) proxy.use({ name: 'two-choices', knobs: {} }, 5);
				if (is(950)) proxy.use(strategy, 6);
				if (is(1000)) for (const { id } of backends) proxy.cluster.setState(id, 'down', proxy.now());
				if (is(1020)) for (const { id } of backends) proxy.cluster.setState(id, 'ready', proxy.now());
				await fetched(proxy.port, local, agent, sent % 17 === 0);
			}
		};
		await Promise.all(Array.from({ length: atOnce }, (_, i) => client(`127.0.${String(i + 1)}.1`)));
		await proxy.close(1000);

		const text = [
			headerLine({ strategy, seed, rules }),
			...events.map((event) => JSON.stringify(event)),
			''
		].join('\n');
		const comparison = replay(readRecording(text, 'session.jsonl'), 'session.jsonl');
		expect(comparison.difference).toBeUndefined();
		expect(comparison.same).toBe(comparison.total);
		expect(comparison.total).toBeGreaterThanOrEqual(Math.floor(requests / 1.1));

		// The session had what makes parity hard, or the test proves little.
		const seen = new Set(
			events.map((event) =>
				event.kind === 'backend'
					? event.change
					: event.kind === 'end'
						? event.result
						: event.kind === 'pick' && event.attempt > 0
							? 'retry'
							: event.kind === 'answer'
								? event.reason
								: ''
			)
		);
		for (const hard of ['drain', 'weight', 'cancelled', 'no-backend']) expect(seen, hard).toContain(hard);
		const failures = failuresInARow(events);
		expect([seen.has('error'), seen.has('retry')]).toEqual([failures > 0, failures > 0]);
		const ejects = failures >= rules.health.fall;
		expect([seen.has('ejected'), seen.has('restored')]).toEqual([ejects, ejects]);
		if (failures > 0) eventful.failures++;
		if (ejects) eventful.ejections++;
		expect(new Set(events.flatMap((event) => (event.kind === 'pick' ? [event.key] : []))).size).toBe(atOnce);
		expect(Math.max(...concurrency(events))).toBeGreaterThanOrEqual(8);
	},
	20_000 + 20 * requests
);

test('most of those sessions had failures, and a backend ejected', () => {
	expect(eventful.failures).toBeGreaterThan(strategyNames.length / 2);
	expect(eventful.ejections).toBeGreaterThan(strategyNames.length / 2);
});

test.each(['round-robin', 'least-connections', 'consistent-hash', 'haproxy-least-connections'] as const)(
	'%s: limits, a line with a timeout, stickiness, backups and slow starts replay to the same decisions',
	async (name) => {
		const backends = await Promise.all([demo('swift', 3, 4), demo('plain', 2, 8), demo('slow', 1, 15)]);
		const spare = await demo('spare', 1, 3);
		const specs = [
			...backends.map((backend) => ({ ...backend, limit: 2 })),
			{ ...spare, backup: true, limit: 3 }
		];
		const strategy = { name, knobs: {} };
		const rules: HostRulesInput = {
			retries: 1,
			health: { fall: 2, ejectMs: 150 },
			queue: { limit: 6, timeoutMs: 6 },
			sticky: name === 'round-robin',
			backups: 'first',
			slowStartMs: 2000
		};
		const events: TraceEvent[] = [];
		const proxy = await startProxy({
			backends: specs,
			strategy,
			seed,
			rules,
			ear: (event) => events.push(event)
		});
		onTestFinished(() => proxy.close(100));
		let sent = 0;
		const client = async (local: string): Promise<void> => {
			const agent = new Agent({ keepAlive: true });
			onTestFinished(() => {
				agent.destroy();
			});
			while (sent < 500) {
				const number = ++sent;
				if (number === 100) backends[0].kill();
				if (number === 200) await backends[0].revive();
				if (number === 250) proxy.cluster.setState('plain', 'drain', proxy.now());
				if (number === 300) proxy.cluster.setState('plain', 'ready', proxy.now());
				if (number === 350) for (const { id } of backends) proxy.cluster.setState(id, 'down', proxy.now());
				if (number === 380) for (const { id } of backends) proxy.cluster.setState(id, 'ready', proxy.now());
				await fetched(proxy.port, local, agent, number % 23 === 0);
			}
		};
		await Promise.all(Array.from({ length: 14 }, (_, i) => client(`127.0.${String(i + 1)}.1`)));
		await proxy.close(1000);
		const text = [
			headerLine({ strategy, seed, rules }),
			...events.map((event) => JSON.stringify(event)),
			''
		].join('\n');
		const comparison = replay(readRecording(text, 'session.jsonl'), 'session.jsonl');
		expect(comparison.difference).toBeUndefined();
		expect(comparison.same).toBe(comparison.total);
		const count = (is: (event: TraceEvent) => boolean): number => events.filter(is).length;
		expect(count(({ kind }) => kind === 'hold')).toBeGreaterThan(20);
		expect(count((event) => event.kind === 'answer' && event.reason === 'queue-timeout')).toBeGreaterThan(0);
		expect(count((event) => event.kind === 'pick' && event.backend === 'spare')).toBeGreaterThan(0);
	},
	30_000
);

test('a replay with another seed, or with one pick changed, finds the difference and its line', async () => {
	const backends = await Promise.all([demo('a', 1, 0), demo('b', 1, 0), demo('c', 1, 0)]);
	const strategy = { name: 'random' as const, knobs: {} };
	const events: TraceEvent[] = [];
	const proxy = await startProxy({ backends, strategy, seed, ear: (event) => events.push(event) });
	onTestFinished(() => proxy.close(100));
	const agent = new Agent({ keepAlive: true });
	for (let i = 0; i < 50; i++) await fetched(proxy.port, '127.0.0.1', agent, false);
	agent.destroy();
	const replayed = (events: readonly TraceEvent[], seed: number): ReturnType<typeof replay> =>
		replay(
			readRecording(
				[
					headerLine({ strategy, seed, rules: defaultRules }),
					...events.map((event) => JSON.stringify(event)),
					''
				].join('\n'),
				'x'
			),
			'x'
		);
	expect(replayed(events, seed)).toEqual({ same: 50, total: 50 });
	expect(replayed(events, seed + 1).difference).toMatch(
		/^x:\d+: request \d+ attempt 0 went to [abc] in the recording, and went to [abc] in the replay$/
	);
	const at = events.findLastIndex((event) => event.kind === 'pick');
	const forged = events.map((event, i) =>
		i === at && event.kind === 'pick' ? { ...event, backend: event.backend === 'a' ? 'b' : 'a' } : event
	);
	expect(replayed(forged, seed)).toMatchObject({
		same: 49,
		total: 50,
		difference: expect.stringContaining(`x:${String(at + 2)}: request 50`) as string
	});
});

/** One request from a local address of its own, which is the key; some clients leave before the answer. */
function fetched(port: number, localAddress: string, agent: Agent, impatient: boolean): Promise<void> {
	return new Promise((resolve) => {
		const req = request({ port, host: '127.0.0.1', localAddress, agent }, (res) => {
			res.resume();
			res.on('close', resolve);
		});
		req.on('error', () => undefined);
		req.on('close', resolve);
		if (impatient) setTimeout(() => req.destroy(), 3);
		req.end();
	});
}

/** The longest run of failures at one backend; a caller that gave up says nothing about it. */
function failuresInARow(events: readonly TraceEvent[]): number {
	const runs = new Map<string, number>();
	let longest = 0;
	for (const event of events) {
		if (event.kind !== 'end' || event.result === 'cancelled') continue;
		const run = event.result === 'ok' ? 0 : (runs.get(event.backend) ?? 0) + 1;
		runs.set(event.backend, run);
		longest = Math.max(longest, run);
	}
	return longest;
}

/** How many attempts were in flight after each event. */
function concurrency(events: readonly TraceEvent[]): number[] {
	let now = 0;
	return events.map((event) => (now += event.kind === 'pick' ? 1 : event.kind === 'end' ? -1 : 0));
}
