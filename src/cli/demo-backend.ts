import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { randomWords } from '#balancer/random.ts';
import { listen, type Listening } from '#proxy/listen.ts';
import { drawer, type Law } from '#simulator/law.ts';

/** What a demo server is like. */
export interface Machine {
	/** Mean time of one answer, at speed 1. */
	readonly latencyMs: number;
	/** How answers differ from that mean. */
	readonly law: Law;
	/** 2 does the same in half the time. */
	readonly speed: number;
	/** Requests served at once. */
	readonly workers: number;
	/** Requests that may wait; one more is refused with 503. */
	readonly queue: number;
	/** This share of the answers are a 500. */
	readonly errors: number;
	/** After a start it is slow, a fifth of its speed, and warms up over so long. */
	readonly coldStartMs: number;
}

export interface DemoBackend {
	readonly name: string;
	readonly port: number;
	/** Whether anybody listens there. */
	readonly running: boolean;
	/** Die at once, with all connections; whoever comes is refused. */
	kill(): Promise<void>;
	/** Listen again on the same port; does nothing where it runs. */
	revive(): Promise<void>;
	readonly close: () => Promise<void>;
}

/** Visits by session, in the memory of one server or shared by all. */
export type Sessions = Map<string, number>;

export const plainMachine: Omit<Machine, 'law'> = {
	latencyMs: 0,
	speed: 1,
	workers: 1000,
	queue: 1000,
	errors: 0,
	coldStartMs: 0
};

/**
 * A server to balance: it says its name, and answers `/healthz` with `ok` and `/session` with how often this session was
 * seen. A health check is no work, so neither workers nor faults are asked.
 */
export async function demoBackend(
	name: string,
	port: number,
	machine: Machine,
	sessions: Sessions = new Map()
): Promise<DemoBackend> {
	const random = randomWords(name.charCodeAt(0), 'work');
	const draw = drawer(machine.law, random);
	const waiting: (() => void)[] = [];
	let busy = 0;
	let count = 0;
	let startedAt = performance.now();
	let server: Server | undefined;
	let door: Listening | undefined;

	const speed = (): number => {
		const { coldStartMs } = machine;
		const warm = coldStartMs === 0 ? 1 : Math.min(1, (performance.now() - startedAt) / coldStartMs);
		return machine.speed * (0.2 + 0.8 * warm);
	};
	const leave = (): void => {
		busy--;
		waiting.shift()?.();
	};
	const work = (req: IncomingMessage, res: ServerResponse): void => {
		busy++;
		const reply = (): void => {
			leave();
			if (res.destroyed) return;
			if (machine.errors > 0 && random.fraction() < machine.errors)
				say(res, 500, `${name} failed, as it was told to.\n`);
			else if (req.url === '/session') greet(req, res, name, sessions);
			else say(res, 200, `Hello from ${name}, request ${String(++count)}.\n`);
		};
		const ms = (machine.latencyMs * draw()) / speed();
		if (ms > 0) setTimeout(reply, ms);
		else reply();
	};
	const serve = (req: IncomingMessage, res: ServerResponse): void => {
		req.resume();
		if (req.url === '/healthz') say(res, 200, 'ok\n');
		else if (busy < machine.workers) work(req, res);
		else if (waiting.length >= machine.queue) say(res, 503, `${name} has no room left.\n`);
		else
			waiting.push(() => {
				work(req, res);
			});
	};

	const revive = async (): Promise<void> => {
		if (server !== undefined) return;
		const next = createServer(serve);
		server = next;
		try {
			door = await listen(next, port, 'localhost');
		} catch (error) {
			server = undefined;
			throw error;
		}
		port = door.port;
		startedAt = performance.now();
	};
	const kill = (): Promise<void> =>
		new Promise((resolve) => {
			const dying = server;
			if (dying === undefined) {
				resolve();
				return;
			}
			server = undefined;
			waiting.length = 0;
			dying.once('close', resolve);
			door?.stop();
			dying.closeAllConnections();
		});
	await revive();
	return {
		name,
		get port() {
			return port;
		},
		get running() {
			return server !== undefined;
		},
		kill,
		revive,
		close: kill
	};
}

/** Every session has a number of visits; whether all servers know of it is what stickiness is about. */
function greet(req: IncomingMessage, res: ServerResponse, name: string, sessions: Sessions): void {
	const [, known] = /(?:^|;\s*)golangia=([\w-]{1,40})/.exec(req.headers.cookie ?? '') ?? [];
	const session = known ?? randomUUID();
	const visits = (sessions.get(session) ?? 0) + 1;
	sessions.set(session, visits);
	if (sessions.size > 10_000) {
		const [oldest] = sessions.keys();
		if (oldest !== undefined) sessions.delete(oldest);
	}
	res.setHeader('set-cookie', `golangia=${session}; Path=/; HttpOnly; SameSite=Lax`);
	say(res, 200, `${name} has seen you ${visits === 1 ? 'once' : `${String(visits)} times`}.\n`);
}

function say(res: ServerResponse, status: number, text: string): void {
	res.writeHead(status, {
		'content-type': 'text/plain; charset=utf-8',
		'content-length': Buffer.byteLength(text),
		'cache-control': 'no-store'
	});
	res.end(text);
}
