import http from 'node:http';
import net from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { InputError } from '#record/input.ts';
import { startProxy } from '#proxy/server.ts';
import {
	ask,
	bodyOf,
	deadUrl,
	gateway,
	get,
	httpBackend,
	named,
	rawBackend,
	saying,
	statusOf,
	until,
	type Gateway
} from './world.ts';

const post = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody';

/** Ends of attempts, as `backend result reason`. */
function ends({ events }: Gateway): string[] {
	return events.flatMap((event) =>
		event.kind === 'end' ? [`${event.backend} ${event.result} ${event.reason ?? ''}`.trim()] : []
	);
}

function inflight({ cluster }: Gateway): number {
	return cluster.members.reduce((sum, backend) => sum + backend.inflight, 0);
}

test('a dead backend is passed over for any method, since nothing of the request was sent', async () => {
	const proxy = await gateway([await deadUrl(), await named('alive')]);
	expect(bodyOf(await get(proxy.port))).toBe('alive');
	expect(bodyOf(await ask(proxy.port, post))).toBe('alive');
	expect(ends(proxy)).toContain('A error refused');
});

test('a body that failed over arrives whole', async () => {
	const { url } = await httpBackend((req, res) => req.pipe(res));
	const { port } = await gateway([await deadUrl(), url]);
	expect(bodyOf(await ask(port, post))).toBe('4\r\nbody\r\n0\r\n\r\n');
});

test('each backend is tried once; with all dead the answer is 502 and names the reason', async () => {
	const proxy = await gateway([await deadUrl(), await deadUrl()]);
	const text = await get(proxy.port);
	expect(statusOf(text)).toBe(502);
	expect(bodyOf(text)).toMatch(/^refused: The backend could not be reached/);
	expect(ends(proxy).sort()).toEqual(['A error refused', 'B error refused']);
	const json = await get(proxy.port, '/', ['Accept: application/json']);
	expect(json).toMatch(/content-type: application\/json/i);
	expect(JSON.parse(bodyOf(json))).toMatchObject({ status: 502, reason: 'refused' });
});

test('with every backend down the answer is 503 with Retry-After, and the connection goes on', async () => {
	const proxy = await gateway([await named('a')]);
	proxy.cluster.setState('A', 'down', proxy.now());
	const text = await ask(
		proxy.port,
		'GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'
	);
	expect(text.match(/HTTP\/1\.1 503/g)).toHaveLength(2);
	expect(text).toMatch(/retry-after: 1/i);
	expect(text).toContain('no-backend: ');
	proxy.cluster.setState('A', 'ready', proxy.now());
	expect(bodyOf(await get(proxy.port))).toBe('a');
});

test('three failures in a row eject a backend, and after its time it is tried again', async () => {
	const dead = await deadUrl();
	const proxy = await gateway([dead, await named('b')], {
		rules: { retries: 1, health: { fall: 3, ejectMs: 1000 } }
	});
	for (let i = 0; i < 10; i++) expect(bodyOf(await get(proxy.port))).toBe('b');
	expect(ends(proxy).filter((end) => end.startsWith('A'))).toHaveLength(3);
	expect(proxy.cluster.available.map(({ id }) => id)).toEqual(['B']);
	const revived = http.createServer((_, res) => res.end('a'));
	await new Promise<void>((resolve) => revived.listen(Number(new URL(dead).port), '127.0.0.1', resolve));
	onTestFinished(() => {
		revived.close();
		revived.closeAllConnections();
	});
	await new Promise((resolve) => setTimeout(resolve, 1010));
	const bodies = [bodyOf(await get(proxy.port)), bodyOf(await get(proxy.port))];
	expect(bodies.sort()).toEqual(['a', 'b']);
	const changes = proxy.events.flatMap((event) =>
		event.kind === 'backend' ? [`${event.backend} ${event.change}`] : []
	);
	expect(changes).toEqual(['A added', 'B added', 'A ejected', 'A restored']);
});

test('a backend that thinks too long is a 504, and counts as timed out', async () => {
	const { url } = await httpBackend(() => undefined);
	const proxy = await gateway([url, await named('b')], { timeoutMs: 80 });
	const text = await get(proxy.port);
	expect(statusOf(text)).toBe(504);
	expect(bodyOf(text)).toMatch(/^timeout: /);
	expect(ends(proxy)).toEqual(['A timeout timeout']);
	expect(inflight(proxy)).toBe(0);
});

test.each([
	['GET', 2],
	['PUT', 2],
	['DELETE', 2],
	['POST', 1],
	['PATCH', 1]
])('a bodiless %s whose backend resets before answering is sent %i times at most', async (method, times) => {
	let heard = 0;
	const resetting = (): Promise<string> =>
		rawBackend((socket, received) => {
			if (!received.endsWith('\r\n\r\n')) return;
			heard++;
			socket.resetAndDestroy();
		});
	const proxy = await gateway([await resetting(), await resetting(), await resetting()]);
	const response = await ask(
		proxy.port,
		`${method} / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
	);
	expect(statusOf(response)).toBe(502);
	expect(bodyOf(response)).toMatch(/^reset: /);
	expect(heard).toBe(times);
});

test('a stale connection is retried on a fresh one, even when the backend is the only one', async () => {
	let connections = 0;
	let swallow = false;
	const server = net.createServer((socket) => {
		connections++;
		const mine = connections;
		socket.on('error', () => undefined);
		socket.on('data', () => {
			// Every connection that served once is dead by the time it is asked again.
			if (swallow && mine <= 2) socket.resetAndDestroy();
			else setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'), 20);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	const { port } = await gateway([`http://127.0.0.1:${String((server.address() as net.AddressInfo).port)}`]);
	await Promise.all([get(port), get(port)]);
	expect(connections).toBe(2);
	swallow = true;
	expect(bodyOf(await get(port))).toBe('ok');
	expect(connections).toBe(3);
});

test.each([
	['a body of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart', 'close' as const],
	['a chunked body', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n', 'close' as const],
	['a reset body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart', 'reset' as const],
	[
		'broken chunks',
		'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\nzz\r\n',
		'wait' as const
	]
])('a backend that dies inside %s cuts the client off: no false end, no hanging', async (_, bytes, then) => {
	const proxy = await gateway([await saying(bytes, then)]);
	const response = await ask(proxy.port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n');
	expect(response).toContain('part');
	expect(response).not.toContain('0\r\n\r\n\r\n');
	expect(response.endsWith('\r\n0\r\n\r\n')).toBe(false);
	expect(ends(proxy)[0]).toMatch(/^A error (reset|failed)$/);
	expect(inflight(proxy)).toBe(0);
	await until(() => proxy.events.at(-1)?.kind === 'answer', 'the answer is told');
	expect(proxy.events.at(-1)).toMatchObject({ kind: 'answer', result: 'error' });
});

test.each(['for good', 'by half'])(
	'a client that leaves %s while its backend thinks ends the exchange, and nobody is blamed',
	async (how) => {
		let closed = 0;
		const { url } = await httpBackend((req) => req.on('close', () => closed++));
		const proxy = await gateway([url], { rules: { retries: 1, health: { fall: 1, ejectMs: 5000 } } });
		const socket = net.connect(proxy.port, '127.0.0.1', () =>
			socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
		);
		await until(() => inflight(proxy) === 1, 'the request is in flight');
		await new Promise((resolve) => setTimeout(resolve, 30));
		// From here on the two look alike until somebody writes, and a backend would work in vain for who has gone.
		if (how === 'by half') socket.end();
		else socket.destroy();
		await until(() => closed === 1, 'the backend is let go');
		expect(inflight(proxy)).toBe(0);
		expect(ends(proxy)).toEqual(['A cancelled client-left']);
		expect(proxy.events.at(-1)).toMatchObject({
			kind: 'answer',
			result: 'cancelled',
			reason: 'client-left',
			backend: 'A'
		});
		expect(proxy.events.some((event) => event.kind === 'backend' && event.change === 'ejected')).toBe(false);
	}
);

test('a client that leaves in the middle of a download ends the exchange', async () => {
	let closed = 0;
	const { url } = await httpBackend((_, res) => {
		res.on('close', () => closed++);
		const timer = setInterval(() => res.write('x'.repeat(1000)), 5);
		res.on('close', () => {
			clearInterval(timer);
		});
	});
	const proxy = await gateway([url]);
	const socket = net.connect(proxy.port, '127.0.0.1', () =>
		socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
	);
	await new Promise((resolve) => socket.once('data', resolve));
	socket.destroy();
	await until(() => closed === 1 && inflight(proxy) === 0, 'the backend is let go');
	expect(ends(proxy)).toEqual(['A cancelled client-left']);
});

test('a client that leaves in the middle of an upload: the backend never sees a complete request', async () => {
	let complete = 0;
	let aborted = 0;
	const { url } = await httpBackend((req) => {
		req.resume();
		req.on('end', () => complete++);
		req.on('error', () => aborted++);
	});
	const proxy = await gateway([url]);
	const socket = net.connect(proxy.port, '127.0.0.1', () =>
		socket.write('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n')
	);
	await new Promise((resolve) => setTimeout(resolve, 50));
	socket.destroy();
	await until(() => aborted === 1, 'the upload is broken off');
	expect(complete).toBe(0);
	expect(inflight(proxy)).toBe(0);
});

test('an answer that comes before the upload is over reaches the client, and ends the connection', async () => {
	const proxy = await gateway([
		await saying('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig', 'wait')
	]);
	const response = await ask(
		proxy.port,
		`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(1000)}`
	);
	expect(statusOf(response)).toBe(413);
	expect(response).toMatch(/connection: close/i);
	expect(bodyOf(response)).toBe('big');
	await until(() => inflight(proxy) === 0, 'the count is back');
});

test('a 5xx passes as it is and counts as an error', async () => {
	const proxy = await gateway([await saying('HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy')]);
	expect(bodyOf(await get(proxy.port))).toBe('busy');
	expect(ends(proxy)).toEqual(['A error failed']);
	await until(() => proxy.events.at(-1)?.kind === 'answer', 'the answer is told');
	expect(proxy.events.at(-1)).toMatchObject({ kind: 'answer', result: 'error', reason: 'failed' });
});

test('nothing is counted in flight after a storm of leaving clients and dying backends', async () => {
	const { url: wild } = await httpBackend((req, res) => {
		const fate = Math.random();
		if (fate < 0.2) req.socket.resetAndDestroy();
		else if (fate < 0.4)
			res.writeHead(200, { 'content-length': '10' }).write('half', () => req.socket.destroy());
		else setTimeout(() => res.end('well'), fate * 10);
	});
	const proxy = await gateway([wild, await named('b'), await deadUrl()]);
	const one = (i: number): Promise<void> =>
		new Promise((resolve) => {
			const socket = net.connect(proxy.port, '127.0.0.1', () =>
				socket.write(i % 3 === 0 ? post : 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
			);
			if (i % 5 === 0) setTimeout(() => socket.destroy(), i % 11);
			socket
				.on('error', () => undefined)
				.on('data', () => undefined)
				.on('close', () => {
					resolve();
				});
		});
	await Promise.all(Array.from({ length: 300 }, (_, i) => one(i)));
	await until(() => inflight(proxy) === 0, 'all counts are back at zero');
	const count = (kind: string): number => proxy.events.filter((event) => event.kind === kind).length;
	await until(() => count('answer') === count('send'), 'every request has its answer');
	expect(count('end')).toBe(count('pick'));
});

test('close lets the request in flight end, closes its connection, and frees the port', async () => {
	const { url } = await httpBackend((_, res) => setTimeout(() => res.end('late'), 80));
	const proxy = await gateway([url]);
	const pending = ask(proxy.port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n');
	await until(() => inflight(proxy) === 1, 'the request is in flight');
	await proxy.close();
	const response = await pending;
	expect(bodyOf(response)).toBe('late');
	expect(response).toMatch(/connection: close/i);
	await expect(get(proxy.port)).rejects.toThrow('ECONNREFUSED');
});

test.each([
	['nonsense', /is not an address: write it like/],
	['ftp://localhost', /has the scheme "ftp": use http/],
	['http://u:p@localhost', /carries a user name or password/],
	['http://localhost:8000/app', /has a path: give host and port only/],
	['http://169.254.169.254', /is a link-local address/]
])('the backend %s is refused with a sentence', async (url, message) => {
	const starting = startProxy({ backends: [{ id: 'A', url }], strategy: { name: 'round-robin', knobs: {} } });
	await expect(starting).rejects.toThrow(message);
	await expect(starting).rejects.toBeInstanceOf(InputError);
});

test('a proxy refuses to be its own backend', async () => {
	const { port } = new URL(await deadUrl());
	for (const host of ['127.0.0.1', 'localhost']) {
		const starting = startProxy({
			backends: [{ id: 'A', url: `http://${host}:${port}` }],
			port: Number(port),
			host: 'localhost',
			strategy: { name: 'round-robin', knobs: {} }
		});
		await expect(starting).rejects.toThrow(/is this proxy itself/);
	}
});

test('whoever was left out is back in time even if nobody asks', async () => {
	const proxy = await gateway([await deadUrl(), await named('B')], {
		rules: { retries: 1, health: { fall: 1, ejectMs: 100 } }
	});
	await get(proxy.port);
	const changes = (): string[] =>
		proxy.events.flatMap((event) => (event.kind === 'backend' ? [event.change] : []));
	await until(() => changes().at(-1) === 'restored', 'it is back');
	expect(changes()).toEqual(['added', 'added', 'ejected', 'restored']);
});
