import { lookup } from 'node:dns/promises';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { createServer as createTlsServer, request as tlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ask, bodyOf, gateway, get, httpBackend, statusOf } from './world.ts';

const cert = await readFile('tests/fixtures/tls/localhost.pem', 'utf8');
const key = await readFile('tests/fixtures/tls/localhost.key', 'utf8');

async function temporary(): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'golangia-'));
	onTestFinished(() => rm(folder, { recursive: true }));
	return folder;
}

async function tlsBackend(): Promise<string> {
	const server = createTlsServer({ cert, key }, (_, res) => res.end('safe'));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.close();
		server.closeAllConnections();
	});
	return `https://localhost:${String((server.address() as AddressInfo).port)}`;
}

test('with a certificate the proxy speaks HTTPS, and says so to its backends', async () => {
	const { url } = await httpBackend((req, res) => res.end(String(req.headers['x-forwarded-proto'])));
	const { port } = await gateway([url], { tls: { cert, key } });
	const body = await new Promise<string>((resolve, reject) => {
		tlsRequest({ host: 'localhost', port, ca: cert, agent: false }, (res) => {
			let text = '';
			res.on('data', (chunk: Buffer) => (text += chunk.toString()));
			res.on('end', () => {
				resolve(text);
			});
		})
			.on('error', reject)
			.end();
	});
	expect(body).toBe('https');
});

test('an https backend is asked only if its certificate can be verified', async () => {
	const url = await tlsBackend();
	const trusting = await gateway([url], { ca: cert });
	for (const host of ['one', 'two', 'one'])
		expect(
			bodyOf(await ask(trusting.port, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`))
		).toBe('safe');
	// Whatever Host the clients write, it is one address and one connection.
	expect(trusting.roster.entry('A').upstream.connections()).toEqual({ open: 1, idle: 1 });
	const strict = await gateway([url]);
	const response = await get(strict.port);
	expect(statusOf(response)).toBe(502);
	expect(bodyOf(response)).toMatch(/^refused: /);
});

/** Of two, one may have nobody who listens. */
const addresses = (await lookup('localhost', { all: true })).map(({ address }) => address);

test.each(addresses)('localhost is found where it listens on %s alone', async (address) => {
	const { port } = await httpBackend((req, res) => req.pipe(res), address);
	const proxy = await gateway([`http://localhost:${String(port)}`]);
	const posted = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello';
	expect(bodyOf(await ask(proxy.port, posted))).toContain('hello');
});

test('a backend and the proxy itself may be Unix sockets', async () => {
	const folder = await temporary();
	const server = createServer((req, res) =>
		res.end(`${req.headers.host ?? ''} from ${String(req.headers['x-forwarded-for'])}`)
	);
	await new Promise<void>((resolve) => server.listen(join(folder, 'app.sock'), resolve));
	onTestFinished(() => {
		server.close();
		server.closeAllConnections();
	});
	const proxy = await gateway([`unix:${join(folder, 'app.sock')}`], {
		host: `unix:${join(folder, 'proxy.sock')}`
	});
	expect(proxy.port).toBe(0);
	const body = await new Promise<string>((resolve, reject) => {
		request(
			{ socketPath: join(folder, 'proxy.sock'), headers: { host: 'example.org' }, agent: false },
			(res) => {
				let text = '';
				res.on('data', (chunk: Buffer) => (text += chunk.toString()));
				res.on('end', () => {
					resolve(text);
				});
			}
		)
			.on('error', reject)
			.end();
	});
	expect(body).toBe('example.org from unknown');
});

test('IPv6: the proxy listens there, asks there, and says addresses as the standards want them', async () => {
	const seen: Record<string, unknown>[] = [];
	const { port: backend } = await httpBackend((req, res) => {
		seen.push(req.headers);
		res.end('six');
	}, '::1');
	const { port } = await gateway([`http://[::1]:${String(backend)}`], { host: '::1', forwarded: true });
	const response = await fetch(`http://[::1]:${String(port)}/`);
	expect(await response.text()).toBe('six');
	expect(seen[0]).toMatchObject({
		host: `[::1]:${String(port)}`,
		'x-forwarded-for': '::1',
		forwarded: `for="[::1]";proto=http;host="[::1]:${String(port)}"`
	});
});
