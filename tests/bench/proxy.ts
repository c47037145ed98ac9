import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
	Agent,
	createServer,
	request,
	type IncomingMessage,
	type Server,
	type ServerResponse
} from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessLog } from '#proxy/access-log.ts';
import { Counters } from '#proxy/counters.ts';
import { LiveFeed } from '#proxy/live-feed.ts';
import { startProxy, type Proxy } from '#proxy/server.ts';

/**
 * CPU time a request costs the proxy, for small answers, against the proxy people write by hand (node:http, a
 * keep-alive agent, pipe) in the same run: only the ratio means something on a machine that others use too. Clients and
 * backends live in another process; rounds take turns, so that a slow moment hits both.
 */

const connections = 32;
const rounds = 5;
const warmUpMs = 1000;
const roundMs = 1500;

interface Contestant {
	readonly name: string;
	readonly port: number;
	readonly close: () => Promise<void>;
	readonly micros: number[];
	readonly perSecond: number[];
	readonly p99: number[];
}

/** Lines of a table; the last one is the ratio. */
export async function benchProxy(): Promise<string[]> {
	// From the project's folder, where npm runs its scripts: this module may have been bundled to another place.
	const child = fork('tests/bench/load.js', { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
	const { ports } = (await messageOf(child)) as { ports: number[] };
	const contestants = [
		await ours(ports, 'plain'),
		await ours(ports, 'heard'),
		await ours(ports, 'all'),
		await byHand(ports)
	];
	try {
		for (const contestant of contestants) await round(child, contestant, warmUpMs);
		for (const { micros, perSecond, p99 } of contestants)
			for (const figures of [micros, perSecond, p99]) figures.length = 0;
		for (let i = 0; i < rounds; i++)
			for (const contestant of contestants) await round(child, contestant, roundMs);
	} finally {
		for (const { close } of contestants) await close();
		child.disconnect();
	}
	const [quiet, heard, all, hand] = contestants.map(({ micros }) => median(micros)) as [
		number,
		number,
		number,
		number
	];
	return [
		`${'proxy, 20 bytes, 32 connections'.padEnd(34)}${'us CPU a request'.padStart(18)}${'requests a s'.padStart(14)}${'p99 ms'.padStart(10)}`,
		...contestants.map(
			({ name, micros, perSecond, p99 }) =>
				name.padEnd(34) +
				median(micros).toFixed(1).padStart(18) +
				median(perSecond).toFixed(0).padStart(14) +
				median(p99).toFixed(1).padStart(10)
		),
		`golangia costs ${(quiet / hand).toFixed(2)} of the hand-written one; an ear adds ${((heard / quiet - 1) * 100).toFixed(0)} %, checks, counters, access log and a reader of the live feed together ${((all / quiet - 1) * 100).toFixed(0)} % (medians of ${String(rounds)} rounds)`
	];
}

async function round(
	child: ChildProcess,
	{ port, micros, perSecond, p99 }: Contestant,
	ms: number
): Promise<void> {
	const before = process.cpuUsage();
	const began = performance.now();
	child.send({ port, connections, ms });
	const result = (await messageOf(child)) as { requests: number; failures: number; p99: number };
	const { user, system } = process.cpuUsage(before);
	if (result.failures > 0 || result.requests === 0)
		throw new Error(
			`${String(result.failures)} of ${String(result.requests)} requests failed: the figures would mean nothing.`
		);
	micros.push((user + system) / result.requests);
	perSecond.push((result.requests / (performance.now() - began)) * 1000);
	p99.push(result.p99);
}

async function ours(ports: readonly number[], how: 'plain' | 'heard' | 'all'): Promise<Contestant> {
	const backends = ports.map((port) => ({ id: String(port), url: `http://127.0.0.1:${String(port)}` }));
	const checks = { everyMs: 1000, timeoutMs: 1000, fall: 3, rise: 2, path: '/' };
	const proxy = await startProxy({
		backends,
		strategy: { name: 'round-robin', knobs: {} },
		checks: how === 'all' ? checks : null
	});
	const closers = [() => proxy.close(100)];
	let events = 0;
	if (how === 'heard') proxy.listen(() => events++);
	if (how === 'all') closers.unshift(await watched(proxy));
	const name = { plain: 'golangia', heard: 'golangia, someone listening', all: 'golangia, with everything' }[
		how
	];
	return contestant(name, proxy.port, async () => {
		for (const close of closers) await close();
	});
}

/** Counters, an access log, and somebody who reads the live feed. */
async function watched(proxy: Proxy): Promise<() => Promise<void>> {
	const folder = await mkdtemp(join(tmpdir(), 'golangia-bench-'));
	const log = await accessLog(join(folder, 'access.log'), 'json', console.error);
	const counters = new Counters();
	proxy.count(counters.count);
	proxy.count(log.count);
	const feed = new LiveFeed(proxy, counters, () => null);
	const page = createServer((_, res) => feed.open(res, undefined));
	await once(page.listen(0, '127.0.0.1'), 'listening');
	const reader = request({ host: '127.0.0.1', port: (page.address() as AddressInfo).port }, (res) =>
		res.resume()
	);
	reader.on('error', () => undefined).end();
	return async () => {
		feed.close();
		page.close();
		page.closeAllConnections();
		await log.close();
		await rm(folder, { recursive: true });
	};
}

/** As it is written in a hundred blog posts, with the keep-alive agent that most of them forget. */
async function byHand(ports: readonly number[]): Promise<Contestant> {
	const agent = new Agent({ keepAlive: true, maxSockets: connections });
	let turn = 0;
	const server: Server = createServer((req: IncomingMessage, res: ServerResponse) => {
		const port = ports[turn++ % ports.length];
		const headers = { ...req.headers, 'x-forwarded-for': req.socket.remoteAddress, connection: 'keep-alive' };
		const out = request(
			{ host: '127.0.0.1', port, path: req.url, method: req.method, headers, agent },
			(answer) => {
				res.writeHead(answer.statusCode ?? 502, answer.headers);
				answer.pipe(res);
			}
		);
		out.on('error', () => res.writeHead(502).end());
		req.pipe(out);
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	return contestant('by hand: node:http, agent, pipe', (server.address() as AddressInfo).port, async () => {
		server.close();
		server.closeAllConnections();
		agent.destroy();
		await Promise.resolve();
	});
}

function contestant(name: string, port: number, close: () => Promise<void>): Contestant {
	return { name, port, close, micros: [], perSecond: [], p99: [] };
}

async function messageOf(child: ChildProcess): Promise<unknown> {
	const [message] = (await once(child, 'message')) as [unknown];
	return message;
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
