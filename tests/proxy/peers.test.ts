import { expect, test } from 'vitest';
import { ask, bodyOf, gateway, get, httpBackend, rawBackend, saying, statusOf } from './world.ts';

/** What other proxies test of themselves (Go's httputil.ReverseProxy, HAProxy's reg-tests), asked of this one over bare sockets. */

const closing = 'Host: h\r\nConnection: close\r\n';

/** A backend that answers whatever it hears, and every byte it has heard on all its connections. */
async function listener(answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'): Promise<{
	url: string;
	heard: () => string;
}> {
	const connections = new Map<object, string>();
	const url = await rawBackend((socket, received) => {
		connections.set(socket, received);
		if (/(\r\n0\r\n[^]*\r\n\r\n|\r\n\r\n)$/.test(received)) socket.write(answer);
	});
	return { url, heard: () => [...connections.values()].join('') };
}

test.each([
	['over several lines', 'Connection: close, X-One\r\nConnection: x-two\r\n'],
	['with empty options', 'Connection: ,, X-One ,\tX-Two,,close\r\n'],
	['an empty one beside', 'Connection:\r\nConnection: X-One,X-Two,close\r\n']
])('Connection %s names headers away', async (_, connection) => {
	const { url, heard } = await listener();
	const { port } = await gateway([url]);
	await ask(port, `GET / HTTP/1.1\r\nHost: h\r\n${connection}X-One: 1\r\nX-Two: 2\r\nX-Three: 3\r\n\r\n`);
	expect(heard()).toContain('X-Three: 3');
	expect(heard()).not.toMatch(/X-One|X-Two/i);
});

test('Connection cannot take a body’s framing away', async () => {
	const { url, heard } = await listener();
	const { port } = await gateway([url]);
	const body = '\r\n\r\n';
	await ask(
		port,
		`POST / HTTP/1.1\r\nHost: h\r\nConnection: Content-Length, Transfer-Encoding, close\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`
	);
	expect(heard()).toMatch(/content-length: 4\r\n/i);
});

test('of TE only the wish for trailers goes on', async () => {
	const { url, heard } = await listener();
	const { port } = await gateway([url]);
	await ask(port, `GET /a HTTP/1.1\r\nHost: h\r\nTE: gzip;q=0.5, Trailers\r\nConnection: TE, close\r\n\r\n`);
	await ask(port, `GET /b HTTP/1.1\r\n${closing}TE: gzip\r\n\r\n`);
	const [first, second] = heard().split('GET /b');
	expect(first).toMatch(/\r\nTE: trailers\r\n/);
	expect(second).not.toMatch(/\r\nTE:/i);
});

test('chunk extensions end here, and so do trailers that would frame, route or claim something', async () => {
	const { url, heard } = await listener();
	const { port } = await gateway([url]);
	const trailers = [
		'X-Sum: 42',
		...['Host: evil', 'Trailer: evil', 'Connection: evil', 'HTTP2-Settings: evil'],
		...[
			'Via: evil',
			'X-Forwarded-For: 6.6.6.6',
			'Forwarded: for=evil',
			'Authorization: evil',
			'Cookie: evil'
		],
		...['Expect: evil', 'TE: evil', 'Upgrade: evil', 'Keep-Alive: evil', 'X-Named: evil'],
		'x-sum: \xe9'
	];
	const body = `2;x=y;evil="1"\r\nhi\r\n0;last\r\n${trailers.join('\r\n')}\r\n\r\n`;
	const head = `POST / HTTP/1.1\r\nHost: h\r\nConnection: X-Named\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n`;
	const response = await ask(port, `${head}${body}GET /next HTTP/1.1\r\n${closing}\r\n`);
	expect(response.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
	const [first = '', next = ''] = heard().split(/(?=GET \/next)/);
	expect(first.slice(first.indexOf('\r\n\r\n'))).toBe(
		'\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 42\r\nx-sum: \xe9\r\n\r\n'
	);
	expect(first).toMatch(/\r\nTrailer: X-Sum\r\n/);
	expect(next).toMatch(/^GET \/next HTTP\/1\.1\r\nHost: h\r\n/);
	expect(heard()).not.toMatch(/evil|6\.6\.6\.6|last/);
});

test.each([
	['another length', 'Content-Length: 6'],
	['another framing', 'Transfer-Encoding: chunked'],
	['a folded line', 'X-A: a\r\n b: c'],
	['a bare CR', 'X-A: a\rX-B: b'],
	['a NUL', 'X-A: a\0b'],
	['a blank before the colon', 'X-A : a'],
	['no name', ': a'],
	['too much of it', `X-A: ${'a'.repeat(70_000)}`]
])('trailers with %s break the request off: no backend sees it whole', async (_, trailer) => {
	const { url, heard } = await listener();
	const { port } = await gateway([url]);
	const response = await ask(
		port,
		`POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n${trailer}\r\n\r\n`
	);
	expect(response).not.toMatch(/HTTP\/1\.1 200/);
	expect(heard()).not.toMatch(/\r\n0\r\n/);
});

test('a Trailer header goes on with chunks alone, and not where Connection names it', async () => {
	const { url, heard } = await listener();
	const { port } = await gateway([url]);
	await ask(port, `GET / HTTP/1.1\r\n${closing}Trailer: X-Sum\r\n\r\n`);
	await ask(
		port,
		`POST / HTTP/1.1\r\nHost: h\r\nConnection: Trailer, close\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`
	);
	expect(heard()).toMatch(/^POST /m);
	expect(heard()).not.toMatch(/^trailer:/im);
});

test('chunk extensions without end are refused', async () => {
	const { url } = await listener();
	const { port } = await gateway([url]);
	const response = await ask(
		port,
		`POST / HTTP/1.1\r\n${closing}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(40_000)}\r\na\r\n0\r\n\r\n`
	);
	expect(response).not.toMatch(/^HTTP\/1\.1 200/);
});

test.each([
	['lines that end in a bare LF', `GET / HTTP/1.1\nHost: h\nConnection: close\n\n`],
	['the same length twice', `POST / HTTP/1.1\r\n${closing}Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi`],
	['a blank in the target', `GET /a b HTTP/1.1\r\n${closing}\r\n`],
	['a blank before the method', ` GET / HTTP/1.1\r\n${closing}\r\n`],
	['a version with more digits', `GET / HTTP/1.10\r\n${closing}\r\n`],
	['a header name with a blank', `GET / HTTP/1.1\r\n${closing}X A: 1\r\n\r\n`],
	['DEL in a header', `GET / HTTP/1.1\r\n${closing}X-A: a\x7fb\r\n\r\n`],
	['no target', `GET HTTP/1.1\r\n${closing}\r\n`]
])('%s is refused, or passed on as exactly one request', async (_, bytes) => {
	const { url, heard } = await listener();
	const { port } = await gateway([url]);
	const response = await ask(port, bytes);
	expect([200, 400, 505]).toContain(statusOf(response));
	expect(response.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
	// What goes on is in good form whatever came.
	for (const line of heard().split('\r\n')) expect(line).not.toMatch(/[\r\n\0\x7f]/);
	expect((heard().match(/ HTTP\/1\.1\r\n/g) ?? []).length).toBe(statusOf(response) === 200 ? 1 : 0);
});

test('chunks in HTTP/1.0 end with their message: nothing behind them is another request', async () => {
	const { url, heard } = await listener();
	const { port } = await gateway([url]);
	const smuggled = 'GET /admin HTTP/1.1\r\nHost: h\r\n\r\n';
	const response = await ask(
		port,
		`POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`
	);
	expect(response.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
	expect(heard()).not.toContain('/admin');
});

test('an expectation is nothing to HTTP/1.0, and its body arrives', async () => {
	let body = '';
	const { url } = await httpBackend((req, res) => {
		req.on('data', (chunk: Buffer) => (body += chunk.toString()));
		req.on('end', () => res.end('seen'));
	});
	const { port } = await gateway([url]);
	const response = await ask(
		port,
		'POST / HTTP/1.0\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi'
	);
	expect(response).toMatch(/^HTTP\/1\.1 200 /);
	expect(body).toBe('hi');
});

test('a client that expects 100 and is refused by the backend gets that answer, and its connection ends', async () => {
	const url = await rawBackend((socket, received) => {
		if (received.includes('\r\n\r\n')) socket.write('HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno');
	});
	const { port } = await gateway([url]);
	const response = await ask(
		port,
		'POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\nbegun'
	);
	expect(response).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 401 No\r\n[^]*Connection: close/);
});

test.each([
	['a folded header', 'X-A: a\r\n b: c\r\nContent-Length: 2\r\n\r\nok'],
	['a blank before a colon', 'Content-Length : 2\r\n\r\nok'],
	['a bare CR', 'X-A: a\rX-B: b\r\nContent-Length: 2\r\n\r\nok'],
	['a bare LF', 'X-A: a\nContent-Length: 2\n\nok'],
	['lengths in a list', 'Content-Length: 2, 2\r\n\r\nok'],
	['a signed length', 'Content-Length: +2\r\n\r\nok'],
	['a header without a name', ': 1\r\nContent-Length: 2\r\n\r\nok'],
	['an unknown coding', 'Transfer-Encoding: gzip\r\n\r\nok'],
	['chunked twice', 'Transfer-Encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
	['a coding that ends in none', 'Transfer-Encoding: chunked, identity\r\n\r\n2\r\nok\r\n0\r\n\r\n']
])('a response with %s is refused, or told in good form', async (_, rest) => {
	const { port } = await gateway([await saying(`HTTP/1.1 200 OK\r\n${rest}`)]);
	const response = await get(port);
	expect([200, 502]).toContain(statusOf(response));
	const [head = ''] = response.split('\r\n\r\n');
	for (const line of head.split('\r\n').slice(1)) expect(line).toMatch(/^[\w-]+: [^\r\n\0]*$/);
	expect(head.match(/^(content-length|transfer-encoding):/gim)?.length).toBeLessThanOrEqual(1);
	if (statusOf(response) !== 200) return;
	// Whatever its body was taken for, the client can tell where it ends.
	const length = /content-length: (\d+)/i.exec(head)?.[1];
	if (length !== undefined) expect(bodyOf(response)).toHaveLength(Number(length));
	else expect(/transfer-encoding: chunked/i.test(head) && response.endsWith('0\r\n\r\n')).toBe(true);
});

test.each([
	['HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok', 200],
	['HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', 200],
	['HTTP/1.1 299 Odd\r\nContent-Length: 2\r\n\r\nok', 299],
	['HTTP/1.1 599 Odd\r\nContent-Length: 2\r\n\r\nok', 599],
	['HTTP/1.1 99 Low\r\nContent-Length: 2\r\n\r\nok', 502],
	['HTTP/1.1 1000 High\r\nContent-Length: 2\r\n\r\nok', 502],
	['HTTP/1.1 abc No\r\nContent-Length: 2\r\n\r\nok', 502],
	['ICY 200 OK\r\n\r\nok', 502]
])('the answer %j is a %i', async (bytes, status) => {
	const { port } = await gateway([await saying(bytes)]);
	expect(statusOf(await get(port))).toBe(status);
});

test.each([
	['204', 'HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil'],
	['204', 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n'],
	['304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nevil']
])('a %s with a body: no byte of it reaches a client', async (status, bytes) => {
	const { port } = await gateway([await saying(bytes, 'wait')]);
	const one = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';
	const response = await ask(port, `${one}GET / HTTP/1.1\r\n${closing}\r\n`);
	expect(response).not.toContain('evil');
	expect(statusOf(response)).toBe(Number(status));
	expect(response.match(/HTTP\/1\.1 \d/g)?.length).toBeLessThanOrEqual(2);
});

test('interim answers pass in order', async () => {
	const hints = ['/a', '/b'].map(
		(link) => `HTTP/1.1 103 Early Hints\r\nLink: <${link}>; rel=preload\r\n\r\n`
	);
	const { port } = await gateway([
		await saying(`${hints.join('')}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`)
	]);
	expect(await get(port)).toMatch(
		/^HTTP\/1\.1 103 [^]*<\/a>[^]*HTTP\/1\.1 103 [^]*<\/b>[^]*HTTP\/1\.1 200 OK/
	);
});

test('a backend that has nothing but interim answers is cut off', async () => {
	const hint = 'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n'.repeat(50);
	const url = await rawBackend((socket) => {
		const timer = setInterval(() => socket.write(hint), 5);
		socket.on('close', () => {
			clearInterval(timer);
		});
	});
	const { port } = await gateway([url]);
	const response = await get(port);
	expect(response).toMatch(/HTTP\/1\.1 502 [^]*failed: /);
	expect(response.match(/HTTP\/1\.1 103/g)?.length).toBeLessThanOrEqual(100);
});

test('trailers that were not announced pass as those that were', async () => {
	const { port } = await gateway([
		await saying(
			'HTTP/1.1 200 OK\r\nConnection: X-Named\r\nTrailer: X-Told\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Told: 1\r\nX-Untold: 2\r\nKeep-Alive: 9\r\nSet-Cookie: a=b\r\nX-Named: 3\r\n\r\n'
		)
	]);
	expect(bodyOf(await get(port))).toBe('2\r\nok\r\n0\r\nX-Told: 1\r\nX-Untold: 2\r\n\r\n');
});

test('a Trailer header on an answer without a body harms nothing', async () => {
	const { port } = await gateway([
		await saying('HTTP/1.1 304 Not Modified\r\nTrailer: X-Sum\r\n\r\n'),
		await saying('HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nContent-Length: 2\r\n\r\nok')
	]);
	expect(statusOf(await get(port))).toBe(304);
	expect(bodyOf(await get(port))).toBe('ok');
});

const upgrade =
	'GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n';

test.each([
	['another protocol', 'Connection: Upgrade\r\nUpgrade: h2c\r\n'],
	['no protocol', 'Connection: Upgrade\r\n'],
	['two protocols', 'Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n']
])('a backend that switches to %s is a 502, and nothing goes through', async (_, headers) => {
	const { port } = await gateway([
		await saying(`HTTP/1.1 101 Switching Protocols\r\n${headers}\r\nHTTP/1.1 200 OK\r\n\r\nevil`, 'wait')
	]);
	const response = await ask(port, upgrade);
	expect(statusOf(response)).toBe(502);
	expect(response).not.toContain('evil');
});

test.each([
	['an Upgrade that Connection does not name', 'Connection: close\r\nUpgrade: websocket\r\n'],
	['several protocols to choose from', 'Connection: Upgrade, close\r\nUpgrade: h2c, websocket\r\n']
])('%s is no reason to change protocol', async (_, headers) => {
	const { url, heard } = await listener();
	const { port } = await gateway([url]);
	const response = await ask(port, `GET / HTTP/1.1\r\nHost: h\r\n${headers}\r\n`);
	expect(statusOf(response)).toBe(200);
	expect(heard()).not.toMatch(/^upgrade:/im);
});

test('a backend that dies while an upload runs is a 502, and the client’s connection ends', async () => {
	const url = await rawBackend((socket) => socket.resetAndDestroy());
	const { port } = await gateway([url]);
	const response = await ask(port, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nbegun');
	expect(response).toMatch(/^HTTP\/1\.1 502 [^]*Connection: close[^]*reset: /);
});

test('a pipelined request behind a good one that is broken: the good one is answered first', async () => {
	const { url } = await listener();
	const { port } = await gateway([url]);
	const response = await ask(port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost h\r\n\r\n');
	expect(response.match(/HTTP\/1\.1 \d{3}/g)?.at(0)).toMatch(/200|400/);
	expect(response.match(/HTTP\/1\.1 200/g)?.length ?? 0).toBeLessThanOrEqual(1);
});
