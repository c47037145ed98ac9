import { request, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Counters } from '#proxy/counters.ts';
import { metricsText } from '#proxy/metrics.ts';
import { headerLine, readRecording } from '#record/recording.ts';
import { replay } from '#record/replay.ts';
import type { TraceEvent } from '#record/event.ts';
import { defaultRules } from '#proxy/server.ts';
import { ask, bodyOf, gateway, get, httpBackend, named, rawBackend, statusOf, until } from './world.ts';

/** What a scenario's balancer does when attempts fail, are slow or too many, a proxy does: budget, backoff, hedges, `most`. */

function resetting(): Promise<string> {
	return rawBackend((socket) => socket.resetAndDestroy());
}

/** A backend that takes so long for each answer, and what became of those it was asked for. */
async function slow(
	name: string,
	ms: number,
	status = 200
): Promise<{ url: string; asked: string[]; left: () => number; server: Server }> {
	const asked: string[] = [];
	let left = 0;
	const { url, server } = await httpBackend((req, res) => {
		asked.push(req.method ?? '');
		res.on('close', () => {
			if (!res.writableFinished) left++;
		});
		req.resume();
		setTimeout(() => res.writeHead(status).end(name), ms);
	});
	return { url, asked, left: () => left, server };
}

function picksIn(events: readonly TraceEvent[]): number {
	return events.filter(({ kind }) => kind === 'pick').length;
}

test('retries cost what requests have saved up', async () => {
	const proxy = await gateway([await resetting(), await resetting()], {
		rules: { retries: 1 },
		budget: { ratio: 0.1, most: 2 }
	});
	for (let i = 0; i < 30; i++) expect(statusOf(await get(proxy.port))).toBe(502);
	// Two are there to begin with; then every tenth request has earned one.
	expect(picksIn(proxy.events)).toBe(30 + 4);
});

test('before a retry there is a pause, twice as long each time', async () => {
	const proxy = await gateway([await resetting()], {
		rules: { retries: 3 },
		backoff: { baseMs: 60, mostMs: 100, jitter: false }
	});
	await get(proxy.port);
	const at = proxy.events.flatMap((event) => (event.kind === 'pick' ? [event.at] : []));
	const pauses = at.slice(1).map((time, i) => time - (at[i] ?? 0));
	expect(pauses.length).toBe(3);
	for (const [i, least] of [60, 100, 100].entries()) {
		expect(pauses[i]).toBeGreaterThanOrEqual(least - 1);
		expect(pauses[i]).toBeLessThan(least + 400);
	}
});

test('whoever leaves during the pause is not tried again', async () => {
	const proxy = await gateway([await resetting(), await resetting()], {
		rules: { retries: 1 },
		backoff: { baseMs: 150, mostMs: 150, jitter: false }
	});
	const leaving = request({ port: proxy.port, host: '127.0.0.1' }).on('error', () => undefined);
	leaving.end();
	await until(() => proxy.events.some(({ kind }) => kind === 'end'), 'the first attempt has failed');
	leaving.destroy();
	await until(() => proxy.events.some(({ kind }) => kind === 'answer'), 'it is over');
	await sleep(250);
	expect(picksIn(proxy.events)).toBe(1);
	expect(proxy.events.at(-1)).toMatchObject({ kind: 'answer', reason: 'client-left' });
});

test('a slow GET is sent to another backend too: the first answer wins, the other is called off, and it is counted', async () => {
	const a = await slow('a', 3000);
	const b = await slow('b', 5);
	const proxy = await gateway([a.url, b.url], { hedgeMs: 40 });
	const counters = new Counters();
	proxy.count(counters.count);
	const answer = await get(proxy.port);
	expect(bodyOf(answer)).toContain('b');
	expect(answer).toMatch(/X-Served-By: B/);
	await until(() => a.left() === 1, 'the slow one hears that nobody waits');
	expect(proxy.cluster.members.map(({ inflight }) => inflight)).toEqual([0, 0]);
	expect(proxy.events.filter(({ kind }) => kind === 'end')).toMatchObject([
		{ backend: 'A', attempt: 0, result: 'cancelled' },
		{ backend: 'B', attempt: 1, result: 'ok' }
	]);
	expect(proxy.events.at(-1)).toMatchObject({ kind: 'answer', result: 'ok', backend: 'B' });
	const metrics = metricsText(proxy, counters, '0');
	expect(metrics).toContain('golangia_hedges_total{backend="B"} 1\n');
	expect(metrics).toContain('golangia_retries_total{backend="B"} 0\n');
});

test('when the first is faster after all, the second is called off', async () => {
	const a = await slow('a', 120);
	const b = await slow('b', 3000);
	const proxy = await gateway([a.url, b.url], { hedgeMs: 30 });
	expect(bodyOf(await get(proxy.port))).toContain('a');
	await until(() => b.left() === 1, 'the second hears that nobody waits');
	expect(b.asked).toEqual(['GET']);
});

test.each([
	['POST', 'POST / HTTP/1.1\r\nContent-Length: 0\r\n'],
	['with a body', 'PUT / HTTP/1.1\r\nContent-Length: 2\r\n'],
	['that is quick', 'GET /quick HTTP/1.1\r\n']
])('a request is not hedged: %s', async (_, head) => {
	const { url } = await httpBackend((req, res) => {
		req.resume();
		setTimeout(() => res.end('a'), req.url === '/quick' ? 0 : 150);
	});
	const b = await slow('b', 0);
	const proxy = await gateway([url, b.url], { hedgeMs: 100 });
	const body = head.includes(': 2') ? 'ok' : '';
	const answer = await ask(proxy.port, `${head}Host: h\r\nConnection: close\r\n\r\n${body}`);
	expect(bodyOf(answer)).toContain('a');
	await sleep(150);
	expect(b.asked).toEqual([]);
});

test.each([
	['an error', () => slow('a', 80, 500).then(({ url }) => url)],
	['a broken connection', () => rawBackend((socket) => setTimeout(() => socket.resetAndDestroy(), 80))]
])('%s of one decides nothing while the other is out', async (_, failing) => {
	const b = await slow('b', 200);
	const proxy = await gateway([await failing(), b.url], { hedgeMs: 30 });
	const answer = await get(proxy.port);
	expect([statusOf(answer), bodyOf(answer).includes('b')]).toEqual([200, true]);
	expect(picksIn(proxy.events)).toBe(2);
	expect(proxy.events.at(-1)).toMatchObject({ kind: 'answer', result: 'ok', backend: 'B' });
});

test('a race that both lose is one failure, as in the simulator: it costs no retry, and its pause is no longer', async () => {
	const failing = (): Promise<string> =>
		rawBackend((socket) => setTimeout(() => socket.resetAndDestroy(), 200));
	const proxy = await gateway([await failing(), await failing(), await failing(), await failing()], {
		rules: { retries: 1 },
		hedgeMs: 100,
		backoff: { baseMs: 400, mostMs: 1000, jitter: false }
	});
	expect(statusOf(await get(proxy.port))).toBe(502);
	const picks = proxy.events.flatMap((event) => (event.kind === 'pick' ? [event] : []));
	expect(picks.map(({ backend }) => backend)).toEqual(['A', 'B', 'C', 'D']);
	const failures = proxy.events.flatMap((event) => (event.kind === 'end' ? [event.at] : []));
	const pause = (picks[2]?.at ?? 0) - (failures[1] ?? 0);
	expect(pause).toBeGreaterThanOrEqual(399);
	expect(pause).toBeLessThan(795);
});

test('a retry that may go back keeps off whoever failed last, whichever of two that raced that was', async () => {
	const first = await rawBackend((socket) => setTimeout(() => socket.resetAndDestroy(), 200));
	const second = await rawBackend((socket) => socket.resetAndDestroy());
	const proxy = await gateway([first, second], {
		rules: { retries: 1, redispatch: 'avoid', health: null },
		hedgeMs: 100
	});
	await get(proxy.port);
	const picks = proxy.events.flatMap((event) => (event.kind === 'pick' ? [event.backend] : []));
	// A, raced by B, which fails at once; A fails last.
	expect(picks.slice(0, 3)).toEqual(['A', 'B', 'B']);
});

test('no race is begun where nobody else has room', async () => {
	const a = await slow('a', 200);
	const b = await slow('b', 200);
	const backends = [
		{ id: 'A', url: a.url, limit: 1 },
		{ id: 'B', url: b.url, limit: 1 }
	];
	const proxy = await gateway([], { backends, hedgeMs: 20, rules: { ...defaultRules, queue: {} } });
	await Promise.all([get(proxy.port), get(proxy.port)]);
	expect(picksIn(proxy.events)).toBe(2);
});

test('requests beyond `most` are turned away, and let in again once there is room', async () => {
	const a = await slow('a', 150);
	const proxy = await gateway([a.url], { most: 2 });
	const answers = await Promise.all([1, 2, 3].map(() => get(proxy.port)));
	expect(answers.map(statusOf).sort()).toEqual([200, 200, 503]);
	expect(answers.find((answer) => statusOf(answer) === 503)).toMatch(/Retry-After: 1[^]*shed: /);
	expect(statusOf(await get(proxy.port))).toBe(200);
	await proxy.apply({ ...proxy.rules, most: null });
	expect((await Promise.all([1, 2, 3].map(() => get(proxy.port)))).map(statusOf)).toEqual([200, 200, 200]);
});

test.each([
	['round-robin', 'always'],
	['least-connections', 'always'],
	['two-choices', 'avoid'],
	['peak-ewma', 'never'],
	['random', 'avoid']
] as const)(
	'%s: a session with hedges, pauses and a budget that redispatches (%s) replays to the same decisions',
	async (name, redispatch) => {
		const backends = await Promise.all([
			named('a'),
			slow('b', 25).then(({ url }) => url),
			slow('c', 60).then(({ url }) => url),
			resetting()
		]);
		const strategy = { name, knobs: {} };
		const rules = { retries: 2, redispatch, health: { fall: 3, ejectMs: 60 } };
		const proxy = await gateway(backends, {
			strategy,
			seed: 3,
			rules,
			hedgeMs: 15,
			backoff: { baseMs: 5, mostMs: 20, jitter: true },
			budget: { ratio: 0.5, most: 10 }
		});
		let sent = 0;
		const client = async (): Promise<void> => {
			while (sent++ < 250) await get(proxy.port);
		};
		await Promise.all(Array.from({ length: 8 }, client));
		await proxy.close(1000);
		const lines = [
			headerLine({ strategy, seed: 3, rules }),
			...proxy.events.map((e) => JSON.stringify(e)),
			''
		];
		const comparison = replay(readRecording(lines.join('\n'), 'x'), 'x');
		expect(comparison).toEqual({ same: comparison.total, total: comparison.total });
		const cancelled = proxy.events.filter((event) => event.kind === 'end' && event.result === 'cancelled');
		expect(cancelled.length).toBeGreaterThan(5);
		expect(proxy.cluster.members.map(({ inflight }) => inflight)).toEqual([0, 0, 0, 0]);
	}
);

test.each(['haproxy-random'] as const)(
	'%s: where it was asked for a hedge that nobody had room for, a replay asks it, too',
	async (name) => {
		const backends = await Promise.all([5, 25, 60].map((ms) => slow('x', ms)));
		const strategy = { name, knobs: {} };
		const rules = { retries: 2, health: null, queue: { limit: 20, timeoutMs: 30 } };
		const proxy = await gateway([], {
			backends: backends.map(({ url }, i) => ({ id: String(i), url, limit: 3 })),
			strategy,
			seed: 3,
			rules,
			hedgeMs: 15
		});
		let sent = 0;
		const client = async (): Promise<void> => {
			while (sent++ < 300) await get(proxy.port);
		};
		await Promise.all(Array.from({ length: 8 }, client));
		await proxy.close(1000);
		const lines = [
			headerLine({ strategy, seed: 3, rules }),
			...proxy.events.map((e) => JSON.stringify(e)),
			''
		];
		const comparison = replay(readRecording(lines.join('\n'), 'x'), 'x');
		expect(comparison).toEqual({ same: comparison.total, total: comparison.total });
		expect(proxy.events.some(({ kind }) => kind === 'vain')).toBe(true);
	}
);

test('a hedged client that leaves takes both attempts along', async () => {
	const a = await slow('a', 5000);
	const b = await slow('b', 5000);
	const proxy = await gateway([a.url, b.url], { hedgeMs: 20 });
	const leaving = request({ port: proxy.port, host: '127.0.0.1' }).on('error', () => undefined);
	onTestFinished(() => void leaving.destroy());
	leaving.end();
	await until(() => b.asked.length === 1, 'both are asked');
	leaving.destroy();
	await until(() => a.left() + b.left() === 2, 'both hear that nobody waits');
	expect(proxy.cluster.members.map(({ inflight }) => inflight)).toEqual([0, 0]);
	expect(proxy.events.at(-1)).toMatchObject({ kind: 'answer', reason: 'client-left' });
});
