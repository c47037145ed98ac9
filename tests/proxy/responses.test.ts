import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { ask, bodyOf, gateway, get, httpBackend, rawBackend, saying, statusOf, until } from './world.ts';

test('hop-by-hop headers of a response stop here, named ones too, and the client keeps its connection', async () => {
	const { port } = await gateway([
		await saying(
			'HTTP/1.1 200 OK\r\nConnection: close, X-Inner\r\nKeep-Alive: timeout=9\r\nX-Inner: 1\r\nProxy-Authenticate: x\r\nX-Outer: 2\r\nX-Served-By: liar\r\nContent-Length: 2\r\n\r\nok'
		)
	]);
	const response = await ask(
		port,
		'GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'
	);
	expect(response.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
	expect(response).toContain('X-Outer: 2');
	expect(response).toContain('X-Served-By: A');
	expect(response).not.toMatch(/x-inner|timeout=9|proxy-authenticate|liar/i);
});

test.each([
	['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n', /Content-Length: 7/],
	['GET', 'HTTP/1.1 204 No Content\r\n\r\n', /^HTTP\/1\.1 204/],
	['GET', 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n', /ETag: "x"/]
])('a %s answered by %j has no body, and the connection goes on', async (method, bytes, expected) => {
	const { port } = await gateway([await saying(bytes)]);
	const response = await ask(
		port,
		`${method} / HTTP/1.1\r\nHost: h\r\n\r\n${method} / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`
	);
	const both = response.split(/(?=HTTP\/1\.1 )/);
	expect(both).toHaveLength(2);
	for (const one of both) {
		expect(one).toMatch(expected);
		expect(bodyOf(one)).toBe('');
		expect(one).not.toMatch(/transfer-encoding/i);
	}
});

test('a 204 has no length, whatever its backend says', async () => {
	const { port } = await gateway([await saying('HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok')]);
	const answer = await get(port);
	expect(answer).toMatch(/^HTTP\/1\.1 204 No Content\r\n/);
	expect(answer).not.toMatch(/content-length/i);
	expect(bodyOf(answer)).toBe('');
});

test('a body that ends with its connection arrives whole, in chunks', async () => {
	const { port } = await gateway([await saying('HTTP/1.1 200 OK\r\n\r\nuntil the end')]);
	const response = await get(port);
	expect(response).toMatch(/transfer-encoding: chunked/i);
	expect(bodyOf(response)).toContain('until the end');
	expect(response.endsWith('0\r\n\r\n')).toBe(true);
});

test('trailers of a chunked response pass', async () => {
	const { port } = await gateway([
		await saying(
			'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 42\r\nKeep-Alive: 9\r\n\r\n'
		)
	]);
	expect(bodyOf(await get(port))).toBe('2\r\nok\r\n0\r\nX-Sum: 42\r\n\r\n');
});

test('early hints pass before the answer', async () => {
	const { port } = await gateway([
		await saying(
			'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload; as=style\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
		)
	]);
	expect(await get(port)).toMatch(
		/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload; as=style\r\n\r\nHTTP\/1\.1 200 OK/
	);
});

test('a connection to a backend is kept after a HEAD', async () => {
	let connections = 0;
	const { url, server } = await httpBackend((_, res) => res.end('seven'));
	server.on('connection', () => connections++);
	const { port } = await gateway([url]);
	for (let i = 0; i < 3; i++) await ask(port, 'HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
	expect(bodyOf(await get(port))).toBe('seven');
	expect(connections).toBe(1);
});

test('a body that follows the answer to a HEAD never answers the next request', async () => {
	const { port } = await gateway([await saying('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil', 'wait')]);
	for (let i = 0; i < 3; i++) {
		const head = await ask(port, 'HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
		expect(statusOf(head)).toBe(200);
		expect(bodyOf(head)).toBe('');
	}
	expect(bodyOf(await get(port))).toBe('evil');
});

test('that a backend is still at it passes, too', async () => {
	const { port } = await gateway([
		await saying('HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
	]);
	expect(await get(port)).toMatch(/^HTTP\/1\.1 102 Processing\r\n\r\nHTTP\/1\.1 200 OK[^]*ok$/);
});

const plain = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const hundred = 'HTTP/1.1 100 Continue\r\n\r\n';

test.each([
	['one 100 Continue', [hundred + plain]],
	['two, with headers', [`HTTP/1.1 100 Go on\r\nX-A: 1\r\n\r\n${hundred}${plain}`]],
	['one that comes in pieces', ['HTTP/1.', '1 100 Cont', 'inue\r\n\r', `\n${plain}`]],
	['one some time before', [hundred, plain]]
])('%s that nobody asked for goes no further, and the answer comes', async (_, pieces) => {
	const url = await rawBackend((socket, received) => {
		if (!received.endsWith('\r\n\r\n')) return;
		pieces.forEach((piece, i) => setTimeout(() => socket.write(piece), 20 * i));
	});
	const { port } = await gateway([url]);
	for (let i = 0; i < 2; i++) expect(await get(port)).toMatch(/^HTTP\/1\.1 200 OK[^]*ok$/);
});

test('an answer that differs by a letter from the one before on a connection is passed as it is', async () => {
	const answers = [
		['200 OK', 'X-A: one', 'aa'],
		['200 OK', 'X-A: one', 'bb'],
		['200 OK', 'X-A: two', 'cc'],
		['201 OK', 'X-A: two', 'dd'],
		['200 OK', 'X-A: one', 'ee']
	] as const;
	let next = 0;
	const url = await rawBackend((socket, received) => {
		if (!received.endsWith('\r\n\r\n')) return;
		const [status, line, body] = answers[next++] ?? answers[0];
		socket.write(`HTTP/1.1 ${status}\r\n${line}\r\nContent-Length: 2\r\n\r\n${body}`);
	});
	const { port } = await gateway([url]);
	for (const [status, line, body] of answers) {
		const answer = await get(port);
		expect(answer.split('\r\n').slice(0, 2)).toEqual([`HTTP/1.1 ${status}`, line]);
		expect(bodyOf(answer)).toBe(body);
	}
});

test('a body that looks like 100 Continue passes as it is', async () => {
	const { port } = await gateway([
		await saying(`HTTP/1.1 200 OK\r\nContent-Length: ${String(hundred.length)}\r\n\r\n${hundred}`)
	]);
	expect(bodyOf(await get(port))).toBe(hundred);
});

test.each([
	['garbage', 'this is not HTTP at all\r\n\r\n'],
	['two different lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
	['a NUL in a header', 'HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\nok'],
	['another control character in a header', 'HTTP/1.1 200 OK\r\nX-A: a\x01b\r\nContent-Length: 2\r\n\r\nok'],
	['headers beyond 64 KiB', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(70_000)}\r\nContent-Length: 2\r\n\r\nok`],
	['101 unasked', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n']
])('%s from a backend is a 502', async (_, bytes) => {
	const { port } = await gateway([await saying(bytes)]);
	expect(statusOf(await get(port))).toBe(502);
});

test('headers of 20 KB pass', async () => {
	const { port } = await gateway([
		await saying(`HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(20_000)}\r\nContent-Length: 2\r\n\r\nok`)
	]);
	expect(statusOf(await get(port))).toBe(200);
});

test('bytes after a response never answer the next request', async () => {
	const { port } = await gateway([
		await saying(
			'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoodHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil',
			'wait'
		)
	]);
	for (let i = 0; i < 3; i++) expect(bodyOf(await get(port))).toBe('good');
});

test('the head leaves at once, and every piece of the body as it comes, both ways', async () => {
	const seen: string[] = [];
	const { url } = await httpBackend((req, res) => {
		res.writeHead(200, { 'content-type': 'text/event-stream' });
		res.flushHeaders();
		req.on('data', (chunk: Buffer) => {
			seen.push(chunk.toString());
			res.write(`echo ${chunk.toString()}`);
		});
		req.on('end', () => res.end());
	});
	const { port } = await gateway([url]);
	const socket = net.connect(port, '127.0.0.1');
	onTestFinished(() => {
		socket.destroy();
	});
	let text = '';
	socket.on('data', (chunk) => (text += chunk.toString()));
	socket.write('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n');
	await until(
		() => text.includes('text/event-stream') && text.includes('echo one'),
		'the first echo is here'
	);
	socket.write('3\r\ntwo\r\n');
	await until(() => text.includes('echo two'), 'the second echo is here');
	socket.write('0\r\n\r\n');
	await until(() => text.endsWith('0\r\n\r\n'), 'the answer ends');
	expect(seen).toEqual(['one', 'two']);
});

test('the head of a slow answer does not wait for its body', async () => {
	const { url } = await httpBackend((_, res) => {
		res.writeHead(200, { 'content-length': '5' });
		res.flushHeaders();
	});
	const { port } = await gateway([url]);
	const socket = net.connect(port, '127.0.0.1');
	onTestFinished(() => {
		socket.destroy();
	});
	let text = '';
	socket.on('data', (chunk) => (text += chunk.toString()));
	socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
	await until(() => text.includes('\r\n\r\n'), 'the head is here');
	expect(text).toMatch(/content-length: 5/i);
});

test('a client that reads slowly slows its backend down instead of filling memory', async () => {
	let written = 0;
	const { url } = await httpBackend((_, res) => {
		const chunk = Buffer.alloc(1 << 16);
		const more = (): void => {
			while (written < 256 << 20 && !res.destroyed) {
				written += chunk.length;
				if (!res.write(chunk)) return void res.once('drain', more);
			}
		};
		more();
	});
	const { port } = await gateway([url]);
	const socket = net.connect(port, '127.0.0.1');
	onTestFinished(() => {
		socket.destroy();
	});
	socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
	socket.pause();
	let before = -1;
	await until(() => {
		const still = written === before && written > 0;
		before = written;
		return still;
	}, 'the backend stops writing');
	await new Promise((resolve) => setTimeout(resolve, 100));
	expect(written).toBeLessThan(32 << 20);
	// And it goes on when the client does.
	const stopped = written;
	socket.resume();
	await until(() => written > stopped + (16 << 20), 'the backend writes again');
});

test('a backend that reads slowly slows its client down', async () => {
	const url = await rawBackend((socket) => socket.pause());
	const { port } = await gateway([url]);
	const socket = net.connect(port, '127.0.0.1');
	onTestFinished(() => {
		socket.destroy();
	});
	socket.write(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${String(256 << 20)}\r\n\r\n`);
	let written = 0;
	const chunk = Buffer.alloc(1 << 16);
	for (;;) {
		written += chunk.length;
		if (socket.write(chunk)) continue;
		const drained = await Promise.race([once(socket, 'drain').then(() => true), sleep(300, false)]);
		if (!drained) break;
	}
	expect(written).toBeLessThan(32 << 20);
});

test('a large body arrives byte for byte, in both directions', async () => {
	const { url } = await httpBackend((req, res) => req.pipe(res));
	const { port } = await gateway([url]);
	const sent = Buffer.from(Array.from({ length: 3 << 20 }, (_, i) => (i * 31 + (i >> 8)) % 256));
	const response = await fetch(`http://127.0.0.1:${String(port)}/`, { method: 'POST', body: sent });
	expect(Buffer.from(await response.arrayBuffer()).equals(sent)).toBe(true);
});
