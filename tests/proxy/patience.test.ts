import net, { type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Finished } from '#proxy/server.ts';
import {
	ask,
	bodyOf,
	gateway,
	get,
	httpBackend,
	named,
	rawBackend,
	statusOf,
	until,
	type Gateway
} from './world.ts';

/** Who falls silent in the middle of something, and who is blamed for it. */

/** A client that sends what it is told to, and all that it heard. */
function client(port: number): { socket: Socket; heard: () => string; closed: () => boolean } {
	const socket = net.connect(port, '127.0.0.1');
	let text = '';
	socket.on('data', (chunk) => (text += chunk.toString('latin1')));
	socket.on('error', () => undefined);
	onTestFinished(() => void socket.destroy());
	return { socket, heard: () => text, closed: () => socket.closed };
}

const head = 'POST / HTTP/1.1\r\nHost: h\r\n';

function inflight(proxy: Gateway): number[] {
	return proxy.cluster.members.map((backend) => backend.inflight);
}

/** A backend that answers once it has the whole body, and how the others ended. */
async function reading(): Promise<{ url: string; cut: () => number }> {
	let cut = 0;
	const { url } = await httpBackend((req, res) => {
		let length = 0;
		req.on('data', (chunk: Buffer) => (length += chunk.length));
		req.on('error', () => cut++);
		req.on('end', () => res.end(String(length)));
	});
	return { url, cut: () => cut };
}

test.each([
	['with a length', 'Content-Length: 10\r\n\r\nabc'],
	['in chunks', 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n']
])(
	'a client that stalls in the middle of a body %s is told 408 and cut off, and no backend is blamed',
	async (_, rest) => {
		const { url, cut } = await reading();
		const rules = { health: { fall: 1, ejectMs: 60_000 } };
		const proxy = await gateway([url], { bodyTimeoutMs: 250, timeoutMs: 80, rules });
		const over: Finished[] = [];
		proxy.count((request) => over.push(request));
		const { socket, heard, closed } = client(proxy.port);
		socket.write(head + rest);
		await until(closed, 'it is cut off');
		expect(heard()).toMatch(/^HTTP\/1\.1 408 [^]*\r\nConnection: close\r\n\r\nbody-timeout: /);
		await until(() => cut() === 1, 'the backend hears that no more comes');
		expect(inflight(proxy)).toEqual([0]);
		expect(proxy.events.slice(-2)).toMatchObject([
			{ kind: 'end', result: 'cancelled', reason: 'client-left' },
			{ kind: 'answer', result: 'cancelled', reason: 'client-left' }
		]);
		expect(over).toMatchObject([{ status: 408, reason: 'client-left', attempts: 1 }]);
		expect(proxy.cluster.available.length).toBe(1);
	}
);

test('a client that takes its time over its body, longer than a backend may, is waited for', async () => {
	const { url } = await reading();
	const proxy = await gateway([url], { bodyTimeoutMs: 2000, timeoutMs: 100 });
	const { socket, heard } = client(proxy.port);
	socket.write(`${head}Content-Length: 4\r\n\r\na`);
	for (const letter of 'bcd') {
		await sleep(250);
		socket.write(letter);
	}
	await until(() => heard().endsWith('4'), 'it is answered');
	expect(statusOf(heard())).toBe(200);
});

test('silence before the body is asked for is not the client’s: it waits in line, and then its body passes', async () => {
	const { url } = await reading();
	const slow = await httpBackend((req, res) => {
		if (req.method === 'GET') setTimeout(() => res.end('late'), 600);
		else void fetch(url, { method: 'POST', body: 'x' }).then(() => res.end('1'));
	});
	const proxy = await gateway([], {
		backends: [{ id: 'A', url: slow.url, limit: 1 }],
		rules: { queue: { limit: 10 } },
		bodyTimeoutMs: 150
	});
	const first = get(proxy.port);
	await until(() => inflight(proxy)[0] === 1, 'the backend is busy');
	const second = ask(proxy.port, `${head}Connection: close\r\nContent-Length: 1\r\n\r\nx`);
	expect(statusOf(await first)).toBe(200);
	expect(statusOf(await second)).toBe(200);
});

test('a backend that does not take a body is the one that is late', async () => {
	const url = await rawBackend((socket) => socket.pause());
	const proxy = await gateway([url], { timeoutMs: 300, bodyTimeoutMs: 5000 });
	const { socket, heard } = client(proxy.port);
	socket.write(`${head}Content-Length: 50000000\r\n\r\n`);
	const piece = Buffer.alloc(1_000_000);
	for (let i = 0; i < 50; i++) socket.write(piece);
	await until(() => heard().includes('\r\n\r\n'), 'it is told');
	expect(heard()).toMatch(/^HTTP\/1\.1 504 /);
	expect(proxy.events.find(({ kind }) => kind === 'end')).toMatchObject({ result: 'timeout' });
});

test.each([
	['with a length', 'Content-Length: 10\r\n\r\nabc', 'abc'],
	['in chunks', 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', '3\r\nabc\r\n']
])(
	'a backend that stalls in the middle of a body %s: its client is cut off, never answered politely',
	async (_, rest, came) => {
		const url = await rawBackend((socket, received) => {
			if (received.endsWith('\r\n\r\n')) socket.write(`HTTP/1.1 200 OK\r\n${rest}`);
		});
		const proxy = await gateway([url], { timeoutMs: 150, rules: { health: { fall: 1, ejectMs: 60_000 } } });
		const answer = await get(proxy.port);
		expect([statusOf(answer), bodyOf(answer)]).toEqual([200, came]);
		await until(() => proxy.events.at(-1)?.kind === 'answer', 'it is over');
		expect(proxy.events.find(({ kind }) => kind === 'end')).toMatchObject({
			result: 'timeout',
			reason: 'timeout'
		});
		expect(proxy.events.at(-1)).toMatchObject({ kind: 'answer', result: 'timeout', reason: 'timeout' });
		expect(inflight(proxy)).toEqual([0]);
		expect(proxy.events.some((event) => event.kind === 'backend' && event.change === 'ejected')).toBe(true);
	}
);

async function served(port: number, requests: number): Promise<Record<string, number>> {
	const counts: Record<string, number> = {};
	for (let i = 0; i < requests; i++) {
		const [, by = '?'] = /X-Served-By: (\w+)/.exec(await get(port)) ?? [];
		counts[by] = (counts[by] ?? 0) + 1;
	}
	return counts;
}

test('a backend that is back begins slowly, and has its whole share in the end', async () => {
	const proxy = await gateway([await named('a'), await named('b')], {
		strategy: { name: 'smooth-weighted-round-robin', knobs: {} },
		rules: { slowStartMs: 1500 }
	});
	proxy.cluster.setState('A', 'down', proxy.now());
	expect(await served(proxy.port, 4)).toEqual({ B: 4 });
	proxy.cluster.setState('A', 'ready', proxy.now());
	const { A = 0, B = 0 } = await served(proxy.port, 20);
	expect(A).toBeLessThan(B / 2);
	await sleep(1600);
	// The first few settle what the turns of before still owe.
	await served(proxy.port, 10);
	expect(await served(proxy.port, 20)).toEqual({ A: 10, B: 10 });
});

test('where all are left out everybody is asked, in panic; and nobody where that is not wanted', async () => {
	const broken = (): Promise<string> => rawBackend((socket) => socket.resetAndDestroy());
	const urls = [await broken(), await broken()];
	const health = { fall: 1, ejectMs: 60_000 };
	const anybody = await gateway(urls, { rules: { retries: 0, health } });
	const nobody = await gateway(urls, { rules: { retries: 0, health, panic: false } });
	for (const { port } of [anybody, nobody]) await served(port, 4);
	expect([statusOf(await get(anybody.port)), statusOf(await get(nobody.port))]).toEqual([502, 503]);
});

test.each([
	['all', { C: 2, D: 2 }],
	['first', { C: 4 }],
	['group', { C: 2, D: 2 }]
] as const)('backups serve while nobody else can (%s), and no longer', async (backups, meanwhile) => {
	const urls = await Promise.all(['a', 'b', 'c', 'd'].map(named));
	const proxy = await gateway([], {
		backends: urls.map((url, i) => ({ id: String.fromCharCode(65 + i), url, backup: i > 1 })),
		rules: { backups }
	});
	expect(await served(proxy.port, 4)).toEqual({ A: 2, B: 2 });
	for (const id of ['A', 'B']) proxy.cluster.setState(id, 'down', proxy.now());
	expect(await served(proxy.port, 4)).toEqual(meanwhile);
	proxy.cluster.setState('B', 'ready', proxy.now());
	expect(await served(proxy.port, 4)).toEqual({ B: 4 });
});
