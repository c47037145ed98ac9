import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ask, bodyOf, deadUrl, gateway, rawBackend, saying, statusOf, until } from './world.ts';

const handshake =
	'GET /chat HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

/** A backend that accepts WebSockets and echoes what comes through them, byte for byte. */
async function echo(): Promise<string> {
	const server = createServer((_, res) => res.end('plain'));
	const sockets = new Set<Socket>();
	server.on('upgrade', (req, socket: Socket, head) => {
		sockets.add(socket);
		const accept = createHash('sha1')
			.update(`${req.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
			.digest('base64');
		socket.write(
			`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\nfirst`
		);
		if (head.length > 0) socket.write(head);
		socket.on('error', () => undefined);
		socket.pipe(socket);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.close();
		for (const socket of sockets) socket.destroy();
	});
	return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function connect(port: number, bytes: string): { socket: Socket; text: () => string } {
	const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.write(bytes));
	onTestFinished(() => {
		socket.destroy();
	});
	let text = '';
	socket.on('error', () => undefined);
	socket.on('data', (chunk) => (text += chunk.toString()));
	return { socket, text: () => text };
}

test('a WebSocket goes through, with the first bytes of either side, and counts as in flight until it closes', async () => {
	const proxy = await gateway([await echo()]);
	const { socket, text } = connect(proxy.port, `${handshake}early`);
	await until(() => text().includes('first') && text().includes('early'), 'both first words are here');
	expect(text()).toMatch(
		/^HTTP\/1\.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n/
	);
	expect(text()).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
	expect(text()).toContain('X-Served-By: A');
	socket.write('more');
	await until(() => text().endsWith('more'), 'the echo is here');
	expect(proxy.cluster.members[0]?.inflight).toBe(1);
	socket.end('bye');
	await until(() => text().endsWith('bye'), 'the last echo came after the half-close');
	await until(() => proxy.cluster.members[0]?.inflight === 0, 'the count is back');
	expect(proxy.events.at(-1)).toMatchObject({ kind: 'answer', result: 'ok', backend: 'A' });
});

test('a WebSocket whose client vanishes is released', async () => {
	const proxy = await gateway([await echo()]);
	const { socket, text } = connect(proxy.port, handshake);
	await until(() => text().includes('first'), 'the tunnel stands');
	socket.resetAndDestroy();
	await until(() => proxy.cluster.members[0]?.inflight === 0, 'the count is back');
});

test('a WebSocket fails over before its first byte', async () => {
	const proxy = await gateway([await deadUrl(), await echo()]);
	const { text } = connect(proxy.port, handshake);
	await until(() => text().includes('first'), 'the tunnel stands');
	expect(text()).toContain('X-Served-By: B');
});

test('a backend that refuses a WebSocket is heard out, and nothing can be sent through behind it', async () => {
	let requests = 0;
	const server = createServer((_, res) => {
		requests++;
		res.writeHead(403).end('no sockets here');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	const proxy = await gateway([`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`]);
	const response = await ask(proxy.port, `${handshake}GET /admin HTTP/1.1\r\nHost: h\r\n\r\n`);
	expect(statusOf(response)).toBe(403);
	expect(response).toContain('no sockets here');
	expect(requests).toBe(1);
	await until(() => proxy.cluster.members[0]?.inflight === 0, 'the count is back');
});

test.each([
	['another protocol', 'Upgrade: h2c\r\n'],
	['nothing it would name', '']
])('a backend that switches to %s is a 502: nobody asked for that', async (_, upgrade) => {
	const answer = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n${upgrade}\r\nsecret`;
	const proxy = await gateway([await saying(answer, 'wait')]);
	const response = await ask(proxy.port, handshake);
	expect(statusOf(response)).toBe(502);
	expect(response).not.toContain('secret');
	await until(() => proxy.cluster.members[0]?.inflight === 0, 'the count is back');
});

test('a backend that has said its last word through a WebSocket is still spoken to', async () => {
	let heard = '';
	const backend = await rawBackend((socket, received) => {
		heard = received;
		if (received.endsWith('\r\n\r\n'))
			socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nlast');
	});
	const proxy = await gateway([backend]);
	const { socket, text } = connect(proxy.port, handshake);
	let ended = false;
	socket.on('end', () => (ended = true));
	await until(() => ended, 'its end is here');
	expect(text().endsWith('\r\n\r\nlast')).toBe(true);
	socket.end('still here');
	await until(() => heard.endsWith('still here'), 'it was heard');
	await until(() => proxy.cluster.members[0]?.inflight === 0, 'the count is back');
});

test('with no backend a WebSocket gets the same 502 as anything else', async () => {
	const { port } = await gateway([await deadUrl()]);
	const response = await ask(port, handshake);
	expect(statusOf(response)).toBe(502);
	expect(bodyOf(response)).toMatch(/^refused: /);
});

test('a backend that says 101 and dies takes its client along', async () => {
	const { port } = await gateway([
		await saying(
			'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
			'reset'
		)
	]);
	expect(await ask(port, handshake)).toMatch(/^HTTP\/1\.1 101/);
});

test('a request for a WebSocket that claims a body is refused: nobody would agree on where it ends', async () => {
	let connections = 0;
	const url = await rawBackend(() => connections++);
	const { port } = await gateway([url]);
	const response = await ask(
		port,
		'GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 3\r\n\r\nabc'
	);
	expect(response).toMatch(/^HTTP\/1\.1 400 [^]*upgrade-body: /);
	expect(connections).toBe(0);
});
