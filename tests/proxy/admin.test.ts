import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { adminApi, type MachineRoom } from '#proxy/admin.ts';
import { Counters } from '#proxy/counters.ts';
import { LiveFeed } from '#proxy/live-feed.ts';
import { SessionRecorder } from '#proxy/session-recorder.ts';
import type { LiveFrame, LiveMessage, LiveSnapshot } from '#record/live.ts';
import { readRecording } from '#record/recording.ts';
import { replay } from '#record/replay.ts';
import { Scene } from '#record/scene.ts';
import { gateway, get, httpBackend, named, until, type Gateway } from './world.ts';

const token = 'the-token';

interface Desk {
	readonly proxy: Gateway;
	readonly port: number;
	readonly feed: LiveFeed;
	/** Status and body. */
	readonly call: (
		method: string,
		path: string,
		body?: unknown,
		headers?: object
	) => Promise<{ status: number; text: string; headers: object }>;
}

/** A proxy with its API, and a caller who may do everything. */
async function desk(urls: readonly string[], machines?: MachineRoom): Promise<Desk> {
	const proxy = await gateway(urls, { ear: () => undefined });
	const counters = new Counters();
	proxy.count(counters.count);
	const feed = new LiveFeed(proxy, counters, machines?.running ?? (() => null));
	const recorder = new SessionRecorder(proxy);
	const api = adminApi({ proxy, counters, feed, recorder, token, version: '1.2.3', machines });
	const server = createServer((req, res) => {
		if (!api(req, res)) res.writeHead(404).end('page');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		feed.close();
		server.close();
		server.closeAllConnections();
	});
	const { port } = server.address() as AddressInfo;
	return {
		proxy,
		port,
		feed,
		call: (method, path, body, headers = {}) =>
			new Promise((resolve, reject) => {
				const bytes = body === undefined ? '' : JSON.stringify(body);
				const allowed = {
					// Node sends the body of a DELETE without any framing unless told.
					'content-length': String(bytes.length),
					'content-type': 'application/json',
					authorization: `Bearer ${token}`
				};
				request(
					{ port, host: '127.0.0.1', method, path, agent: false, headers: { ...allowed, ...headers } },
					(res) => {
						let text = '';
						res.on('data', (chunk: Buffer) => (text += chunk.toString()));
						res.on('end', () => {
							resolve({ status: res.statusCode ?? 0, text, headers: res.headers });
						});
					}
				)
					.on('error', reject)
					.end(bytes);
			})
	};
}

async function reader(
	port: number,
	lastId?: string
): Promise<{ messages: LiveMessage[]; ids: string[]; close: () => void }> {
	const messages: LiveMessage[] = [];
	const ids: string[] = [];
	const stop = new AbortController();
	const response = await fetch(`http://127.0.0.1:${String(port)}/api/v1/events`, {
		signal: stop.signal,
		headers: lastId === undefined ? {} : { 'last-event-id': lastId }
	});
	onTestFinished(() => {
		stop.abort();
	});
	const read = async (): Promise<void> => {
		let text = '';
		for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
			text += chunk;
			const pieces = text.split('\n\n');
			text = pieces.pop() ?? '';
			for (const piece of pieces) {
				const data = /^data: (.*)$/m.exec(piece)?.[1];
				if (data === undefined) continue;
				messages.push(JSON.parse(data) as LiveMessage);
				ids.push(/^id: (\d+)$/m.exec(piece)?.[1] ?? '');
			}
		}
	};
	read().catch(() => undefined);
	return {
		messages,
		ids,
		close: () => {
			stop.abort();
		}
	};
}

test.each([
	['another host, as a page has that let its name point here', { host: 'evil.example' }, 421],
	['another port of this host', { host: 'localhost:1' }, 421],
	['the origin of another site', { origin: 'https://evil.example' }, 403],
	['the origin of another port here', { origin: 'http://localhost:1' }, 403],
	['an opaque origin', { origin: 'null' }, 403],
	['a browser that says it comes from another site', { 'sec-fetch-site': 'cross-site' }, 403],
	['a browser that says it comes from another port here', { 'sec-fetch-site': 'same-site' }, 403]
])('%s may not even read', async (_, headers, status) => {
	const { call } = await desk([await named('a')]);
	expect((await call('GET', '/api/v1/state', undefined, headers)).status).toBe(status);
	expect((await call('GET', '/metrics', undefined, headers)).status).toBe(status);
});

test.each([
	['no token', { authorization: '' }, 401],
	['another token', { authorization: 'Bearer the-tokem' }, 401],
	['what a form can send', { 'content-type': 'text/plain' }, 415],
	['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415]
])('nobody changes anything with %s', async (_, headers, status) => {
	const { call, proxy } = await desk([await named('a'), await named('b')]);
	expect((await call('DELETE', '/api/v1/backends/A', undefined, headers)).status).toBe(status);
	expect((await call('PUT', '/api/v1/strategy', { name: 'random' }, headers)).status).toBe(status);
	expect(proxy.roster.entries.size).toBe(2);
	expect(proxy.rules.strategy.name).toBe('round-robin');
});

test('reading needs no token, and no GET changes anything', async () => {
	const { call, proxy } = await desk([await named('a'), await named('b')]);
	const state = await call('GET', '/api/v1/state', undefined, { authorization: '' });
	expect(JSON.parse(state.text)).toMatchObject({
		port: proxy.port,
		strategy: { name: 'round-robin' },
		backends: [{ id: 'A', state: 'ready', wanted: 'ready', inflight: 0 }, { id: 'B' }]
	});
	expect(state.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
	expect(state.headers).not.toHaveProperty('access-control-allow-origin');
	expect((await call('GET', '/api/v1/backends/A')).status).toBe(405);
	expect((await call('GET', '/api/v1/nothing')).status).toBe(404);
	expect((await call('GET', '/live/')).text).toBe('page');
});

test('backends are added, drained, weighed and removed, and requests follow at once', async () => {
	const { call, proxy } = await desk([await named('a')]);
	expect((await call('POST', '/api/v1/backends', { id: 'B', url: await named('b'), weight: 2 })).status).toBe(
		201
	);
	await get(proxy.port);
	await get(proxy.port);
	expect(proxy.cluster.members.map(({ id, weight }) => `${id} ${String(weight)}`)).toEqual(['A 1', 'B 2']);
	expect((await call('PATCH', '/api/v1/backends/A', { state: 'drain', weight: 3 })).status).toBe(200);
	expect(await get(proxy.port)).toContain('X-Served-By: B');
	expect(await get(proxy.port)).toContain('X-Served-By: B');
	expect((await call('PATCH', '/api/v1/backends/A', { state: 'ready' })).status).toBe(200);
	expect((await call('DELETE', '/api/v1/backends/B')).status).toBe(200);
	expect(await get(proxy.port)).toContain('X-Served-By: A');
	expect(proxy.cluster.members.map(({ id, weight }) => `${id} ${String(weight)}`)).toEqual(['A 3']);
});

test.each([
	['POST', '/api/v1/backends', { id: 'A', url: 'http://localhost:9' }, 'There are two backends "A"'],
	['POST', '/api/v1/backends', { id: 'B', url: 'ftp://localhost' }, 'has the scheme "ftp"'],
	['POST', '/api/v1/backends', { id: 'B b', url: 'http://localhost:9' }, 'use 1 to 40 letters'],
	['POST', '/api/v1/backends', { id: 'B' }, 'url is missing'],
	['PATCH', '/api/v1/backends/Z', { weight: 2 }, 'There is no backend "Z"'],
	['PATCH', '/api/v1/backends/A', { weight: -1 }, 'weight is -1'],
	['PATCH', '/api/v1/backends/A', { colour: 'red' }, 'unknown field "colour"'],
	['DELETE', '/api/v1/backends/A', {}, 'is the last backend'],
	['PUT', '/api/v1/strategy', { name: 'chaos' }, 'name is "chaos"'],
	['PUT', '/api/v1/strategy', { name: 'two-choices', knobs: { choices: 99 } }, 'out of range']
])('%s %s %j is refused in a sentence, and changes nothing', async (method, path, body, sentence) => {
	const { call, proxy } = await desk([await named('a')]);
	const before = JSON.stringify(proxy.rules);
	const { status, text } = await call(method, path, body);
	expect(status).toBe(400);
	expect((JSON.parse(text) as { message: string }).message).toContain(sentence);
	expect(JSON.stringify(proxy.rules)).toBe(before);
});

test('the strategy and its knobs change live', async () => {
	const { call, proxy } = await desk([await named('a'), await named('b')]);
	const choice = { name: 'two-choices', knobs: { choices: 3 } };
	expect((await call('PUT', '/api/v1/strategy', choice)).status).toBe(200);
	expect(proxy.rules.strategy).toEqual(choice);
});

test('demo servers of the same process die and come back', async () => {
	const running = new Map([['A', true]]);
	const { call } = await desk([await named('a')], {
		running: (id) => running.get(id) ?? null,
		run: (id, on) => Promise.resolve(void running.set(id, on))
	});
	await call('PATCH', '/api/v1/machines/A', { running: false });
	expect(JSON.parse((await call('GET', '/api/v1/state')).text)).toMatchObject({
		backends: [{ running: false }]
	});
});

test('a reader hears a snapshot, then everything that happens, as a scene can be told it', async () => {
	const { port, proxy } = await desk([await named('a'), await named('b')]);
	const { messages } = await reader(port);
	await until(() => messages.length > 0, 'the snapshot is here');
	for (let i = 0; i < 6; i++) await get(proxy.port);
	await until(() => messages.at(-1)?.totals.over === 6, 'six are over');
	const scene = new Scene();
	for (const { events } of messages) for (const event of events) scene.hear(event);
	expect([scene.sent, scene.ok, scene.requests.size]).toEqual([6, 6, 0]);
	expect(scene.servers.map(({ id, ok }) => `${id} ${String(ok)}`)).toEqual(['A 3', 'B 3']);
	expect((messages[0] as LiveSnapshot).kind).toBe('snapshot');
	const picks = messages.flatMap(({ events }) => events.filter((event) => event.kind === 'pick'));
	expect(picks[0]).toHaveProperty('because.says');
});

test('of more requests than an eye can follow some are left out, and said to be; the totals are exact', async () => {
	const { port, proxy } = await desk([await named('a'), await named('b')]);
	const { messages } = await reader(port);
	await until(() => messages.length > 0, 'the snapshot is here');
	// Side by side, so that they come at once however busy the machine is.
	await Promise.all(Array.from({ length: 200 }, () => get(proxy.port)));
	await until(() => messages.at(-1)?.totals.over === 200, 'all are over');
	const frames = messages.filter((message): message is LiveFrame => message.kind === 'frame');
	const shown = frames.map(({ events }) => events.filter(({ kind }) => kind === 'send').length);
	expect(Math.max(...shown)).toBeLessThanOrEqual(25);
	const left = frames.reduce((sum, frame) => sum + frame.left, 0);
	expect(left).toBeGreaterThan(0);
	expect(left + shown.reduce((sum, count) => sum + count)).toBe(200);
	const whole = messages.at(-1)?.backends.map(({ over }) => over) ?? [];
	expect(whole.reduce((sum, over) => sum + over)).toBe(200);
});

test('whoever comes back soon goes on where it was, and whoever comes back late gets a snapshot', async () => {
	const { port, proxy } = await desk([await named('a')]);
	const first = await reader(port);
	await until(() => first.messages.length > 2, 'frames come');
	const last = first.ids.at(-1);
	first.close();
	await get(proxy.port);
	const second = await reader(port, last);
	await until(() => second.messages.some(({ totals }) => totals.over === 1), 'it has heard of it');
	expect(second.messages[0]?.kind).toBe('frame');
	expect(Number(second.ids[0])).toBe(Number(last) + 1);
	const third = await reader(port, '999999');
	await until(() => third.messages.length > 0, 'it hears something');
	expect(third.messages[0]?.kind).toBe('snapshot');
});

test('who heard the proxy that was here before gets a snapshot, however many frames there have been since', async () => {
	const before = await desk([await named('a')]);
	const first = await reader(before.port);
	await until(() => first.messages.length > 2, 'frames come');
	const after = await desk([await named('a')]);
	const second = await reader(after.port);
	await until(() => second.messages.length > 6, 'more frames come from the next');
	const third = await reader(after.port, first.ids.at(-1));
	await until(() => third.messages.length > 0, 'it hears something');
	expect(third.messages[0]?.kind).toBe('snapshot');
});

test('a reader that does not read loses frames, not memory, and the proxy goes on', async () => {
	const { port, proxy, feed } = await desk([await named('a')]);
	const asked = request({ port, host: '127.0.0.1', path: '/api/v1/events', agent: false });
	asked.on('response', (res) => res.pause());
	asked.on('error', () => undefined);
	asked.end();
	onTestFinished(() => void asked.destroy());
	await until(() => feed.readers === 1, 'it is there');
	for (let i = 0; i < 30; i++) await Promise.all(Array.from({ length: 20 }, () => get(proxy.port)));
	const { messages } = await reader(port);
	await until(() => messages.at(-1)?.totals.over === 600, 'another one hears all the same');
});

test('a recording that begins in the middle of things replays to the same decisions', async () => {
	const slow = await httpBackend((_, res) => setTimeout(() => res.end('slow'), 15 * Math.random()));
	const { call, proxy } = await desk([slow.url, await named('b'), await named('c')]);
	await call('PUT', '/api/v1/strategy', { name: 'least-connections' });
	const many = (count: number): Promise<unknown> =>
		Promise.all(Array.from({ length: count }, () => get(proxy.port)));
	const before = many(20);
	expect((await call('POST', '/api/v1/recording', {})).status).toBe(201);
	await before;
	for (let i = 0; i < 5; i++) await many(20);
	await call('PATCH', '/api/v1/backends/C', { state: 'drain' });
	await many(20);
	await call('PUT', '/api/v1/strategy', { name: 'random', knobs: {} });
	await many(20);
	await call('DELETE', '/api/v1/recording');
	await many(5);
	const { text } = await call('GET', '/api/v1/recording');
	const { same, total, difference } = replay(readRecording(text, 'session.jsonl'), 'session.jsonl');
	expect(difference).toBeUndefined();
	expect(same).toBe(total);
	expect(total).toBeGreaterThanOrEqual(140);
});

test('metrics are in the form that Prometheus reads, and add up', async () => {
	const failing = await httpBackend((_, res) => {
		res.statusCode = 500;
		res.end();
	});
	const { call, proxy } = await desk([await named('a'), failing.url]);
	for (let i = 0; i < 4; i++) await get(proxy.port);
	await get(proxy.port, '*');
	const { text } = await call('GET', '/metrics', undefined, { authorization: '' });
	const lines = text.trim().split('\n');
	for (const line of lines)
		expect(line).toMatch(
			/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? (\d[\d.e+-]*|\+Inf))$/
		);
	expect(text).toContain('golangia_requests_total{backend="A",method="GET",code="200"} 2\n');
	expect(text).toContain('golangia_requests_total{backend="B",method="GET",code="500"} 2\n');
	expect(text).toContain('golangia_requests_total{backend="",method="GET",code="400"} 1\n');
	expect(text).toContain('golangia_request_duration_seconds_bucket{backend="A",le="+Inf"} 2\n');
	expect(text).toContain('golangia_request_duration_seconds_count{backend="A"} 2\n');
	expect(text).toContain('golangia_backend_up{backend="A"} 1\n');
	expect(text).toContain('golangia_build_info{version="1.2.3",node=');
	const types = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
	expect(new Set(types).size).toBe(types.length);
});
