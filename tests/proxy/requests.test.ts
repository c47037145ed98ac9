import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import type { Finished } from '#proxy/server.ts';
import { ask, bodyOf, gateway, get, httpBackend, named, rawBackend, statusOf } from './world.ts';

/** What a backend sees of one request, as it came: head and decoded body. */
interface Seen {
	method: string;
	url: string;
	headers: string[];
	body: string;
}

async function witness(): Promise<{ url: string; seen: Seen[] }> {
	const seen: Seen[] = [];
	const { url } = await httpBackend((req: IncomingMessage, res) => {
		let body = '';
		req.setEncoding('latin1').on('data', (chunk: string) => (body += chunk));
		req.on('end', () => {
			seen.push({ method: req.method ?? '', url: req.url ?? '', headers: req.rawHeaders, body });
			res.end('seen');
		});
	});
	return { url, seen };
}

function valuesOf(seen: Seen | undefined, name: string): string[] {
	return (seen?.headers ?? []).filter(
		(_, i, all) => i % 2 === 1 && all[i - 1]?.toLowerCase() === name.toLowerCase()
	);
}

test('round robin alternates exactly, request by request, on one connection as on many', async () => {
	const { port } = await gateway([await named('a'), await named('b')]);
	const answers: string[] = [];
	for (let i = 0; i < 10; i++) answers.push(bodyOf(await get(port)));
	expect(answers.join('')).toBe('ababababab');
	const one = await ask(
		port,
		'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3) + 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
	);
	expect(one.match(/X-Served-By: [AB]/g)).toEqual([
		'X-Served-By: A',
		'X-Served-By: B',
		'X-Served-By: A',
		'X-Served-By: B'
	]);
});

test('hop-by-hop headers stop here, and so does every header that Connection names', async () => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	await get(port, '/', [
		'Keep-Alive: timeout=5',
		'Proxy-Connection: keep-alive',
		'TE: gzip',
		'Trailer: X-Sum',
		'Upgrade: h2c',
		'HTTP2-Settings: AAMAAABkAAQ',
		'Proxy-Authorization: Basic eDp5',
		'cONNECTION: x-private, X-Other',
		'X-Private: 1',
		'x-other: 2',
		'X-Public: 3'
	]);
	for (const gone of [
		'keep-alive',
		'proxy-connection',
		'te',
		'trailer',
		'upgrade',
		'http2-settings',
		'proxy-authorization',
		'x-private',
		'x-other'
	]) {
		expect(valuesOf(seen[0], gone), gone).toEqual([]);
	}
	expect(valuesOf(seen[0], 'x-public')).toEqual(['3']);
});

test('what differs by a letter from the request before on a connection is passed as it is, and so is what came before that', async () => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	const asked = [
		['x', 'X-A: one'],
		['x', 'X-A: one'],
		['x', 'X-A: two'],
		['x', 'X-B: two'],
		['y', 'X-B: two'],
		['x', 'X-A: one', 'X-A: two'],
		['x', 'X-A: one']
	] as const;
	const requests = asked.map(
		([host, ...lines], i) => `GET /${String(i)} HTTP/1.1\r\nHost: ${host}\r\n${lines.join('\r\n')}\r\n\r\n`
	);
	await ask(
		port,
		`${requests.join('')}GET http://z/7 HTTP/1.1\r\nHost: x\r\nX-A: one\r\nConnection: close\r\n\r\n`
	);
	const said = seen.map(({ url, headers }) => {
		const its = headers.filter((_, i) =>
			/^(host|x-a|x-b|x-forwarded-host)$/i.test(headers[i - (i % 2)] ?? '')
		);
		return [url, ...its].join(' ');
	});
	expect(said).toEqual([
		...asked.map(([host, ...lines], i) =>
			[
				`/${String(i)} Host`,
				host,
				...lines.map((line) => line.replace(':', '')),
				'X-Forwarded-Host',
				host
			].join(' ')
		),
		'/7 Host z X-A one X-Forwarded-Host z'
	]);
});

test('Connection cannot remove what a backend relies on', async () => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	await get(port, '/', [
		'Connection: X-Forwarded-For, Host, Cookie, Authorization, Via, close',
		'Cookie: a=1',
		'Authorization: Bearer t'
	]);
	for (const kept of ['x-forwarded-for', 'host', 'cookie', 'authorization', 'via'])
		expect(valuesOf(seen[0], kept), kept).toHaveLength(1);
});

test('what a client says about where it comes from is replaced, not believed', async () => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	await get(port, '/', [
		'X-Forwarded-For: 6.6.6.6',
		'X-Forwarded-Proto: https',
		'X-Forwarded-Host: evil',
		'Forwarded: for=6.6.6.6'
	]);
	expect(valuesOf(seen[0], 'x-forwarded-for')).toEqual(['127.0.0.1']);
	expect(valuesOf(seen[0], 'x-forwarded-proto')).toEqual(['http']);
	expect(valuesOf(seen[0], 'x-forwarded-host')).toEqual(['example.org']);
	expect(valuesOf(seen[0], 'forwarded')).toEqual([]);
	expect(valuesOf(seen[0], 'host')).toEqual(['example.org']);
});

test('Via is appended, and a request that comes back to this proxy is a loop', async () => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	await get(port, '/', ['Via: 1.0 elsewhere']);
	const [first, ours = ''] = valuesOf(seen[0], 'via');
	expect(first).toBe('1.0 elsewhere');
	expect(ours).toMatch(/^1\.1 golangia-[0-9a-f]{8}$/);
	const again = await get(port, '/', [`Via: 1.0 elsewhere, ${ours}`]);
	expect(statusOf(again)).toBe(508);
	expect(seen).toHaveLength(1);
});

test('order, spelling, repetition and bytes of headers survive, and nothing is invented', async () => {
	let head = '';
	const url = await rawBackend((socket, received) => {
		head = received;
		socket.end(
			'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX-Odd: \xe9\r\nset-cookie: b=2\r\nContent-Length: 2\r\nDate: D\r\n\r\nok',
			'latin1'
		);
	});
	const { port } = await gateway([url]);
	const response = await ask(
		port,
		'GET / HTTP/1.1\r\nhost: Example.org\r\nX-Two: 1\r\nconnection: close\r\nx-two: \xff\r\n\r\n'
	);
	const names = head
		.split('\r\n')
		.slice(1, -2)
		.map((line) => line.split(':')[0]);
	expect(names).toEqual([
		'Host',
		'X-Two',
		'x-two',
		'X-Forwarded-Host',
		'X-Forwarded-For',
		'X-Forwarded-Proto',
		'Via',
		'Connection'
	]);
	expect(head).toContain('X-Two: 1\r\nx-two: \xff\r\n');
	expect(head).toContain('Host: Example.org\r\n');
	expect(response).toContain('Set-Cookie: a=1\r\nX-Odd: \xe9\r\nset-cookie: b=2\r\n');
	expect(response.match(/^date:/gim)).toHaveLength(1);
});

test.each([
	['/a/../b/./c', '/a/../b/./c'],
	['/a//b///c', '/a//b///c'],
	['//evil.example/x', '//evil.example/x'],
	['/%2e%2e/%2F%zz?q=%20+%', '/%2e%2e/%2F%zz?q=%20+%'],
	["/a\\b|c'd?x=[1]&y={2}", "/a\\b|c'd?x=[1]&y={2}"],
	['/?', '/?'],
	['http://other.example/x?y=1', '/x?y=1'],
	['HTTP://other.example', '/'],
	['http://other.example?y', '/?y'],
	['/?q=+%2B;a&a', '/?q=+%2B;a&a']
])('the target %s reaches the backend as %s', async (target, expected) => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	expect(statusOf(await get(port, target))).toBe(200);
	expect(seen[0]?.url).toBe(expected);
	expect(valuesOf(seen[0], 'host')).toEqual([/^http/i.test(target) ? 'other.example' : 'example.org']);
});

test.each([
	['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
	['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n', 400],
	['an invalid Host', 'GET / HTTP/1.1\r\nHost: a b/c\r\n\r\n', 400],
	['an empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', 400],
	['a user in an absolute target', 'GET http://u:p@h/ HTTP/1.1\r\nHost: h\r\n\r\n', 400],
	['a target of another scheme', 'GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n', 400],
	[
		'Content-Length with Transfer-Encoding',
		'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
		400
	],
	['an unknown Transfer-Encoding', 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n', 400],
	[
		'two Content-Lengths',
		'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde',
		400
	],
	['a signed Content-Length', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +4\r\n\r\nabcd', 400],
	[
		'a bad chunk size',
		'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5 5\r\nabcde\r\n0\r\n\r\n',
		400
	],
	['a space before the colon', 'GET / HTTP/1.1\r\nHost: h\r\nX-A : 1\r\n\r\n', 400],
	['garbage', 'hello\r\n\r\n', 400],
	['HTTP/2.0 in the request line', 'GET / HTTP/2.0\r\nHost: h\r\n\r\n', 505],
	['TRACE', 'TRACE / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 405],
	['CONNECT', 'CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n', 501],
	['too long a header', `GET / HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
	[
		'a thousand headers',
		`GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${'a: b\r\n'.repeat(1000)}\r\n`,
		431
	],
	[
		'another expectation',
		'POST / HTTP/1.1\r\nHost: h\r\nExpect: miracles\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
		417
	]
])('%s is refused, and no backend hears a complete request', async (_, bytes, status) => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	const ended = bytes.includes('Connection: close')
		? bytes
		: bytes.replace('\r\nHost', '\r\nConnection: close\r\nHost');
	expect(statusOf(await ask(port, ended))).toBe(status);
	expect(seen).toEqual([]);
});

test.each(['DELETE', 'GET', 'POST', 'OPTIONS'])(
	'a chunked %s arrives whole and framed, so nothing can hide behind it',
	async (method) => {
		const { url, seen } = await witness();
		const { port } = await gateway([url]);
		const smuggled = 'GET /admin HTTP/1.1\r\nHost: x\r\n\r\n';
		const chunk = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
		await ask(
			port,
			`${method} / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}GET /next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`
		);
		expect(seen.map((request) => `${request.method} ${request.url}`)).toEqual([`${method} /`, 'GET /next']);
		expect(seen[0]?.body).toBe(smuggled);
	}
);

test.each(['POST', 'PUT', 'GET'])('a %s with Content-Length keeps it, body and all', async (method) => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	await ask(port, `${method} / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello`);
	expect(seen[0]?.body).toBe('hello');
	expect(valuesOf(seen[0], 'content-length')).toEqual(['5']);
	expect(valuesOf(seen[0], 'transfer-encoding')).toEqual([]);
});

test('an empty POST stays one with Content-Length 0', async () => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	await ask(port, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
	expect(valuesOf(seen[0], 'content-length')).toEqual(['0']);
});

test('a client that expects 100 gets it once a backend stands ready, and the backend sees no Expect', async () => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	const response = await ask(
		port,
		'POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi'
	);
	expect(response).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
	expect(valuesOf(seen[0], 'expect')).toEqual([]);
	expect(seen[0]?.body).toBe('hi');
});

test('a wish for h2c is no reason to change protocol: the request and its body are served as they are', async () => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	const head =
		'POST /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\nContent-Length: 4\r\n\r\nbody';
	const response = await ask(port, `${head}GET /next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
	expect(response.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
	expect(seen.map((request) => request.url + request.body).sort()).toEqual(['/next', '/xbody']);
});

test('a wish for h2c with a body in chunks is refused: not every Node says where that ends', async () => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	const head =
		'POST /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n';
	const response = await ask(port, `${head}0\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n`);
	expect(statusOf(response)).toBe(501);
	expect(response.match(/HTTP\/1\.1/g)).toHaveLength(1);
	expect(seen).toEqual([]);
});

test('an HTTP/1.0 client gets no chunks and a closed connection', async () => {
	const { url } = await httpBackend((_, res) => {
		res.write('a');
		res.end('b');
	});
	const { port } = await gateway([url]);
	const response = await ask(port, 'GET / HTTP/1.0\r\n\r\n');
	expect(bodyOf(response)).toBe('ab');
	expect(response).not.toMatch(/transfer-encoding/i);
});

test('a target of 4 KB passes whole', async () => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	const target = `/${'q'.repeat(4000)}`;
	await get(port, target);
	expect(seen[0]?.url).toBe(target);
});

test('what else is expected than 100 is refused with the reason, and counted; the connection goes on', async () => {
	const proxy = await gateway([await named('a')]);
	const over: Finished[] = [];
	proxy.count((request) => over.push(request));
	const expecting = 'POST / HTTP/1.1\r\nHost: h\r\nExpect: a-miracle\r\n\r\n';
	const answers = await ask(proxy.port, `${expecting}GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
	expect(answers).toMatch(/^HTTP\/1\.1 417 [^]*expectation: [^]*HTTP\/1\.1 200 OK[^]*\r\n\r\na$/);
	expect(over.map(({ status, reason }) => [status, reason])).toEqual([
		[417, 'expectation'],
		[200, undefined]
	]);
});

test('OPTIONS * is answered by the proxy itself, which knows what it passes on', async () => {
	const { url, seen } = await witness();
	const { port } = await gateway([url]);
	// With nothing behind its host an address in full means the same (RFC 9112 3.2.4).
	for (const target of ['*', 'http://other.example:80']) {
		const response = await ask(port, `OPTIONS ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
		expect(statusOf(response)).toBe(200);
		expect(response).toMatch(/^Allow: GET, HEAD, POST/m);
	}
	expect(statusOf(await get(port, '*'))).toBe(400);
	expect(seen).toEqual([]);
});
