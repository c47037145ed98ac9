import net from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ask, bodyOf, gateway, get, httpBackend, rawBackend, saying, statusOf, until } from './world.ts';

/** What could make two parsers disagree about where a message ends. */

/** A backend that keeps every byte it is sent and answers each head. */
async function listener(): Promise<{ url: string; bytes: () => string }> {
	let bytes = '';
	const url = await rawBackend((socket, received) => {
		bytes = received;
		if (received.endsWith('\r\n\r\n')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
	});
	return { url, bytes: () => bytes };
}

const smuggled = 'GET /admin HTTP/1.1\r\nHost: h\r\n\r\n';
const post = 'POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n';

test.each([
	['a bare CR in a header', `GET / HTTP/1.1\r\nHost: h\r\nX-A: a\rX-B: b\r\nConnection: close\r\n\r\n`],
	['a bare CR in a target', `GET /\rx HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`],
	['a NUL in a header', `GET / HTTP/1.1\r\nHost: h\r\nX-A: a\0b\r\nConnection: close\r\n\r\n`],
	['a folded header', `GET / HTTP/1.1\r\nHost: h\r\nX-A: a\r\n b\r\nConnection: close\r\n\r\n`],
	['a blank before the first header', `GET / HTTP/1.1\r\n X-A: a\r\nHost: h\r\nConnection: close\r\n\r\n`],
	['a header without a colon', `GET / HTTP/1.1\r\nHost: h\r\nX-A\r\nConnection: close\r\n\r\n`],
	['a header without a name', `GET / HTTP/1.1\r\nHost: h\r\n: a\r\nConnection: close\r\n\r\n`],
	['lengths in a list', `${post}Content-Length: 4, 4\r\n\r\nbody`],
	['lengths that differ', `${post}Content-Length: 4\r\nContent-Length: 0\r\n\r\nbody`],
	['a hexadecimal length', `${post}Content-Length: 0x4\r\n\r\nbody`],
	['a negative length', `${post}Content-Length: -1\r\n\r\nbody`],
	['a length beyond all numbers', `${post}Content-Length: 99999999999999999999\r\n\r\nbody`],
	['an empty length', `${post}Content-Length:\r\n\r\nbody`],
	[
		'both framings, length first',
		`${post}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`
	],
	[
		'both framings, chunked first',
		`${post}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n${smuggled}`
	],
	['chunked twice', `${post}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n${smuggled}`],
	['chunked not last', `${post}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n${smuggled}`],
	['chunked by another name', `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
	['chunked behind a control character', `${post}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n${smuggled}`],
	[
		'a blank before the colon of the framing',
		`${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`
	],
	['a coding without a name', `${post}Transfer-Encoding: , chunked\r\n\r\n0\r\n\r\n${smuggled}`],
	['an empty coding beside a length', `${post}Transfer-Encoding:\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`],
	['a fragment in a target', 'GET /admin#/../public HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'],
	['a port that is none', 'GET / HTTP/1.1\r\nHost: h:admin\r\nConnection: close\r\n\r\n'],
	['two addresses in one', 'GET / HTTP/1.1\r\nHost: [::1]h\r\nConnection: close\r\n\r\n'],
	['a chunk size that is none', `${post}Transfer-Encoding: chunked\r\n\r\nG\r\nbody\r\n0\r\n\r\n`],
	['a chunk size with a sign', `${post}Transfer-Encoding: chunked\r\n\r\n+4\r\nbody\r\n0\r\n\r\n`],
	[
		'a chunk size beyond all numbers',
		`${post}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nbody\r\n0\r\n\r\n`
	],
	['a chunk without its line end', `${post}Transfer-Encoding: chunked\r\n\r\n4\r\nbodyX0\r\n\r\n`],
	['a chunk whose line ends in a bare LF', `${post}Transfer-Encoding: chunked\r\n\r\n4\nbody\r\n0\r\n\r\n`]
])('%s is refused, and no backend sees a complete request', async (_, bytes) => {
	const { url, bytes: heard } = await listener();
	const { port } = await gateway([url]);
	const response = await ask(port, bytes);
	expect(statusOf(response)).toBe(400);
	expect(response.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
	expect(heard()).not.toContain('/admin');
	// Of a chunked body some may have left already; its end must not.
	expect(heard().endsWith('0\r\n\r\n')).toBe(false);
	expect(heard().includes('\r\n\r\n') && !/transfer-encoding: chunked/i.test(heard())).toBe(false);
});

test.each([
	['bad-request', 'hello\r\n\r\n', 400],
	['header-size', `GET / HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431]
])('what the parser refuses is answered with a reason: %s', async (reason, bytes, status) => {
	const { port } = await gateway([(await listener()).url]);
	const response = await ask(port, bytes);
	expect(statusOf(response)).toBe(status);
	expect(bodyOf(response)).toMatch(new RegExp(`^${reason}: .*\\.\n$`));
});

test('pipelined requests are answered in order, whoever is the slower backend', async () => {
	const slow = await httpBackend((_, res) => setTimeout(() => res.end('slow'), 60));
	const swift = await httpBackend((_, res) => res.end('swift'));
	const { port } = await gateway([slow.url, swift.url]);
	const one = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';
	const last = 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';
	const response = await ask(port, one + one + last);
	expect(response.match(/slow|swift/g)).toEqual(['slow', 'swift', 'slow']);
});

test.each([
	['less than its length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'],
	['no last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
	['a broken chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nZZ\r\n']
])('a body with %s is cut short towards the client, too', async (_, bytes) => {
	const { port } = await gateway([await saying(bytes)]);
	const response = await ask(port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n');
	expect(statusOf(response)).toBe(200);
	expect(bodyOf(response)).toContain('half');
	expect(response.endsWith('0\r\n\r\n')).toBe(false);
	expect(bodyOf(response).length).toBeLessThan(10 + 8);
});

test('a response with both framings goes by its chunks, and its length does not pass', async () => {
	const { port } = await gateway([
		await saying(
			'HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'
		)
	]);
	const response = await get(port);
	if (statusOf(response) !== 502) {
		expect(response).not.toMatch(/content-length: 99/i);
		expect(bodyOf(response)).toBe('2\r\nok\r\n0\r\n\r\n');
	}
});

test('a client that takes its time over the head of its request is cut off, and told why', async () => {
	const { port } = await gateway([(await listener()).url], { headerTimeoutMs: 300 });
	const began = Date.now();
	const socket = net.connect(port, '127.0.0.1');
	onTestFinished(() => void socket.destroy());
	let text = '';
	let closed = false;
	socket.on('data', (chunk) => (text += chunk.toString()));
	socket.on('error', () => undefined);
	socket.on('close', () => (closed = true));
	socket.write('GET / HTTP/1.1\r\n');
	const drip = setInterval(() => socket.write('X: y\r\n'), 50);
	onTestFinished(() => {
		clearInterval(drip);
	});
	await until(() => closed, 'it is cut off');
	expect(Date.now() - began).toBeGreaterThanOrEqual(290);
	expect(text).toMatch(/^HTTP\/1\.1 408 [^]*header-timeout: /);
});

test('no more clients are let in than there may be connections', async () => {
	const { url } = await httpBackend(() => undefined);
	const { port } = await gateway([url], { maxConnections: 2 });
	const sockets = [1, 2, 3].map(() => {
		const socket = net.connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n'));
		socket.on('error', () => undefined);
		onTestFinished(() => void socket.destroy());
		return socket;
	});
	await until(() => sockets.some(({ closed }) => closed), 'one is turned away');
	expect(sockets.filter(({ closed }) => closed)).toHaveLength(1);
});
