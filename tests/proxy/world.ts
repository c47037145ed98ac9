import { createServer, type RequestListener, type Server } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { startProxy, type Proxy, type ProxyOptions } from '#proxy/server.ts';
import type { TraceEvent } from '#record/event.ts';

/** Backends, a proxy and a client of bare sockets, all gone when the test is. */

export async function httpBackend(
	listener: RequestListener,
	host = '127.0.0.1'
): Promise<{ url: string; port: number; server: Server }> {
	const server = createServer(listener);
	const port = await open(server, 0, host);
	return { url: `http://127.0.0.1:${String(port)}`, port, server };
}

/** A backend that answers with its own name. */
export async function named(name: string): Promise<string> {
	return (await httpBackend((_, res) => res.end(name))).url;
}

/** A backend of bare bytes: `talk` gets each connection and what arrives on it. */
export async function rawBackend(talk: (socket: Socket, received: string) => void): Promise<string> {
	const server = net.createServer((socket) => {
		let received = '';
		socket.on('error', () => undefined);
		socket.on('data', (chunk) => {
			received += chunk.toString('latin1');
			talk(socket, received);
		});
	});
	return `http://127.0.0.1:${String(await open(server, 0, '127.0.0.1'))}`;
}

/** A backend that sends these bytes once a request's head is in, then closes or waits. */
export function saying(bytes: string, then: 'close' | 'reset' | 'wait' = 'close'): Promise<string> {
	return rawBackend((socket, received) => {
		if (!received.includes('\r\n\r\n')) return;
		if (then === 'reset') {
			socket.write(bytes, 'latin1', () => setTimeout(() => socket.resetAndDestroy(), 20));
		} else if (then === 'close') socket.end(bytes, 'latin1');
		else socket.write(bytes, 'latin1');
	});
}

/** A port where nobody listens. */
export async function deadUrl(): Promise<string> {
	const server = net.createServer();
	const port = await new Promise<number>((resolve) => {
		server.listen(0, '127.0.0.1', () => {
			resolve((server.address() as AddressInfo).port);
		});
	});
	await new Promise((resolve) => server.close(resolve));
	return `http://127.0.0.1:${String(port)}`;
}

export interface Gateway extends Proxy {
	readonly events: TraceEvent[];
}

/** A proxy before these addresses, called A, B, C…, and all its events. */
export async function gateway(
	urls: readonly string[],
	options: Partial<ProxyOptions> = {}
): Promise<Gateway> {
	const events: TraceEvent[] = [];
	const backends = urls.map((url, i) => ({ id: String.fromCharCode(65 + i), url }));
	const proxy = await startProxy({
		backends,
		strategy: { name: 'round-robin', knobs: {} },
		ear: (event) => events.push(event),
		...options
	});
	onTestFinished(() => proxy.close(200));
	return Object.assign(proxy, { events });
}

/** Send these bytes, and give all that came back once the other side closed. */
export function ask(port: number, bytes: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = net.connect({ port, host: '127.0.0.1' }, () => socket.write(bytes, 'latin1'));
		let text = '';
		socket.setTimeout(5000, () => socket.destroy(new Error(`No end after 5 s; so far: ${text}`)));
		socket.on('data', (chunk) => (text += chunk.toString('latin1')));
		socket.on('error', (error: NodeJS.ErrnoException) => {
			if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
		});
		socket.on('close', () => {
			resolve(text);
		});
	});
}

/** A plain request that ends its connection. */
export function get(port: number, target = '/', headers: readonly string[] = []): Promise<string> {
	return ask(
		port,
		['GET ' + target + ' HTTP/1.1', 'Host: example.org', 'Connection: close', ...headers, '', ''].join('\r\n')
	);
}

export function bodyOf(response: string): string {
	return response.slice(response.indexOf('\r\n\r\n') + 4);
}

export function statusOf(response: string): number {
	return Number(/^HTTP\/1\.1 (\d{3}) /.exec(response)?.[1]);
}

/** Wait until something is so. */
export async function until(holds: () => boolean, whatFor: string, mostMs = 5000): Promise<void> {
	const end = Date.now() + mostMs;
	while (!holds()) {
		if (Date.now() > end) throw new Error(`Waited ${String(mostMs)} ms in vain until ${whatFor}.`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

function open(server: Server | net.Server, port: number, host: string): Promise<number> {
	const sockets = new Set<Socket>();
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	onTestFinished(() => {
		server.close();
		for (const socket of sockets) socket.destroy();
	});
	return new Promise((resolve) => {
		server.listen(port, host, () => {
			resolve((server.address() as AddressInfo).port);
		});
	});
}
