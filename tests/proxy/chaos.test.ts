import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import type { TraceEvent } from '#record/event.ts';
import { program, running } from '../cli/golangia.ts';
import { gateway, until } from './world.ts';

/**
 * `GOLANGIA_CHAOS_SECONDS=60 GOLANGIA_CHAOS_SEED=1 npx vitest run tests/proxy/chaos.test.ts` is the long version of what
 * every run of the tests does for some seconds.
 */
const seconds = Number(process.env.GOLANGIA_CHAOS_SECONDS ?? 6);
const seed = Number(process.env.GOLANGIA_CHAOS_SEED ?? 7);
const perSecond = 500;
/** How long the proxy waits for a backend. */
const patienceMs = 800;

const random = randomStream(seed, 'chaos');

/** From one instant of `performance.now()` to another. */
interface Span {
	readonly from: number;
	readonly to: number;
}

function meets(span: Span, others: readonly Span[]): boolean {
	return others.some(({ from, to }) => from <= span.to && to >= span.from);
}

/** `golangia backends --count 1` as a process of its own, which can be killed and frozen. */
class Victim {
	port = 0;
	/** When it suffered. */
	readonly troubles: Span[] = [];
	#child: ChildProcess | undefined;

	async start(): Promise<void> {
		const words = [
			'backends',
			'--count',
			'1',
			'--port',
			String(this.port),
			'--latency',
			'3ms',
			'--control',
			'off'
		];
		const child = spawn(process.execPath, [await program(), ...words], {
			stdio: ['ignore', 'pipe', 'ignore']
		});
		this.#child = child;
		onTestFinished(() => void child.kill('SIGKILL'));
		let said = '';
		while (!/localhost:\d+/.test(said)) {
			const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
			said += chunk.toString();
		}
		child.stdout.resume();
		this.port = Number(/localhost:(\d+)/.exec(said)?.[1]);
	}

	/** Dead for a while, so that whoever comes is refused; or frozen, with all it has. */
	async suffer(): Promise<void> {
		const from = performance.now();
		await this.#suffer();
		this.troubles.push({ from, to: performance.now() });
	}

	async #suffer(): Promise<void> {
		const child = this.#child;
		if (random() < 0.6) {
			child?.kill('SIGKILL');
			await sleep(200 + 500 * random());
			await this.start();
		} else {
			child?.kill('SIGSTOP');
			await sleep(200 + 500 * random());
			child?.kill('SIGCONT');
		}
	}
}

/** A backend that is slow at times, and at times resets its connections in the middle of a body or before it. */
async function wild(): Promise<string> {
	const server = createServer((req, res) => {
		const fate = random();
		if (fate < 0.02) req.socket.resetAndDestroy();
		else if (fate < 0.04) {
			res.writeHead(200, { 'content-length': 2000 });
			res.write('x'.repeat(1000), () => req.socket.resetAndDestroy());
		} else setTimeout(() => res.end('well'), fate < 0.1 ? 300 * random() : 2);
	});
	const sockets = new Set<Socket>();
	server.on('connection', (socket) => sockets.add(socket.once('close', () => sockets.delete(socket))));
	onTestFinished(() => {
		server.close();
		for (const socket of sockets) socket.destroy();
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/**
 * A well backend is asked now and then without the proxy: when that takes as long as half of what the proxy waits, the machine
 * is starved, and what the proxy does meanwhile says nothing about the proxy. Call what is returned to end it, for the spans.
 */
function control(port: number): () => readonly Span[] {
	const late: Span[] = [];
	let over = false;
	const watch = async (): Promise<void> => {
		while (!over) {
			const from = performance.now();
			await fetch(`http://127.0.0.1:${String(port)}/`).then((answer) => answer.text());
			const to = performance.now();
			if (to - from > patienceMs / 2) late.push({ from, to });
			await sleep(20);
		}
	};
	const watching = watch();
	// A backend that is well answers: what it throws is the test's failure.
	watching.catch(() => undefined);
	return () => {
		over = true;
		return late;
	};
}

/** A request that failed, with the attempt that decided it; both ends the same where there was none. */
interface Failure extends Span {
	readonly backend: string | undefined;
	readonly says: string;
}

/** Of all requests, those whose client did not get a whole answer of its backend's. `began` is the zero of the events' clock. */
function failuresIn(events: readonly TraceEvent[], began: number): Failure[] {
	const last = new Map<number, Failure>();
	const picked = new Map<string, number>();
	const failures: Failure[] = [];
	for (const event of events) {
		if (event.kind === 'pick') picked.set(`${String(event.id)} ${String(event.attempt)}`, event.at);
		else if (event.kind === 'end') {
			const from = began + (picked.get(`${String(event.id)} ${String(event.attempt)}`) ?? event.at);
			const says = `${event.backend} ${event.result} ${event.reason ?? ''}`;
			last.set(event.id, { from, to: began + event.at, backend: event.backend, says });
		} else if (event.kind === 'answer') {
			const at = began + event.at;
			const nobody = { from: at, to: at, backend: undefined, says: event.reason ?? '' };
			if (event.result !== 'ok') failures.push(last.get(event.id) ?? nobody);
			last.delete(event.id);
		}
	}
	return failures;
}

/** Requests at a steady rate whatever becomes of them, each with its outcome: a status, `cut`, or an error's code. */
async function load(port: number, ms: number): Promise<Map<string, number>> {
	const agent = new Agent({ keepAlive: true });
	const outcomes = new Map<string, number>();
	let inflight = 0;
	const one = (): Promise<void> =>
		new Promise((resolve) => {
			inflight++;
			const end = (outcome: string): void => {
				inflight--;
				outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
				resolve();
			};
			request({ host: '127.0.0.1', port, agent }, (res) => {
				let ended = false;
				res.resume();
				res.on('end', () => {
					ended = true;
					end(String(res.statusCode));
				});
				res.on('close', () => {
					if (!ended) end('cut');
				});
				res.on('error', () => undefined);
			})
				.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => {
					end(code);
				})
				.end();
		});
	const all: Promise<void>[] = [];
	const began = performance.now();
	for (let due = 0; due < ms; due += 1000 / perSecond) {
		const wait = began + due - performance.now();
		if (wait > 1) await sleep(wait);
		// A machine that cannot keep up is not what is tested: more at once than a listener takes in would be reset by the system.
		while (inflight > 100) await sleep(1);
		all.push(one());
	}
	await Promise.all(all);
	agent.destroy();
	return outcomes;
}

function total(outcomes: ReadonlyMap<string, number>): number {
	return [...outcomes.values()].reduce((sum, count) => sum + count, 0);
}

/** Sockets that this process holds. */
function sockets(): number {
	const folder = '/proc/self/fd';
	return readdirSync(folder).filter((name) => {
		try {
			return readlinkSync(join(folder, name)).startsWith('socket:');
		} catch {
			return false;
		}
	}).length;
}

test(
	'backends that die, freeze, reset, dawdle and come back at random are not noticed, as long as two are well',
	async () => {
		const victims = Array.from({ length: 4 }, () => new Victim());
		await Promise.all(victims.map((victim) => victim.start()));
		const proxy = await gateway(
			[...victims.map(({ port }) => `http://localhost:${String(port)}`), await wild()],
			{
				strategy: { name: 'least-connections', knobs: {} },
				timeoutMs: patienceMs,
				rules: { retries: 2, health: { fall: 2, ejectMs: 300 } },
				checks: { everyMs: 100, timeoutMs: 1000, fall: 2, rise: 1, path: '/healthz' }
			}
		);
		const began = performance.now() - proxy.now();
		const before = sockets();
		const end = Date.now() + seconds * 1000;
		const chaos = async (): Promise<void> => {
			for (let turn = 0; Date.now() < end - 1500; turn++) {
				// The first two are always well.
				await victims[2 + (turn % 2)]?.suffer();
				await sleep(150 * random());
			}
		};
		const controls = victims.slice(0, 2).map(({ port }) => control(port));
		const [outcomes] = await Promise.all([load(proxy.port, seconds * 1000), chaos()]);
		const starved = controls.flatMap((over) => over());
		const sent = total(outcomes);
		const text = JSON.stringify([...outcomes]);
		expect(sent).toBe(Math.ceil((seconds * 1000) / (1000 / perSecond)));
		const count = (kind: string): number => proxy.events.filter((event) => event.kind === kind).length;
		await until(() => count('answer') === sent, 'each request has an answer', 30_000);

		// Who was asked and froze may be waited for in vain, since to ask another would be to do it twice; and what breaks
		// off in the middle of its body must break off for the client, too. Each failure has such a cause, or none.
		const failures = failuresIn(proxy.events, began);
		const caused = failures.filter(({ backend, ...span }) => {
			if (backend === 'C' || backend === 'D')
				return meets(span, victims[backend === 'C' ? 2 : 3]?.troubles ?? []);
			return backend === 'E';
		});
		// Checks and ejections, too, go by what a starved machine let them see, for a while.
		const excused = failures.filter(
			(failure) => !caused.includes(failure) && meets({ from: failure.from - 2500, to: failure.to }, starved)
		);
		const unexplained = failures.filter((failure) => !caused.includes(failure) && !excused.includes(failure));
		console.log(
			`${String(seconds)} s of chaos, seed ${String(seed)}: ${text}; ${String(caused.length)} failed by a fault, ${String(excused.length)} while the machine was starved`
		);
		expect(unexplained.map(({ says }) => says)).toEqual([]);
		expect(caused.length, text).toBeLessThan(sent / 20);
		expect(excused.length, 'too starved a machine to tell: run it again').toBeLessThan(sent / 4);
		const odd = [...outcomes].filter(([outcome]) => !['200', '504', 'cut'].includes(outcome));
		expect(total(new Map(odd)), text).toBeLessThanOrEqual(excused.length);

		const answered = proxy.events.flatMap((event) => (event.kind === 'answer' ? [event.id] : []));
		expect(new Set(answered).size, 'none is answered twice').toBe(sent);
		expect(count('end'), 'each attempt ends').toBe(count('pick'));
		expect(proxy.cluster.members.map(({ inflight }) => inflight)).toEqual([0, 0, 0, 0, 0]);
		// Idle connections are closed by then; what may be left is a check's.
		await until(() => sockets() - before < 20, 'no socket is left', 30_000);
		for (const { upstream } of proxy.roster.entries.values())
			expect(upstream.connections().open).toBe(upstream.connections().idle);
	},
	seconds * 1000 + 60_000
);

test(
	'reloads by signal and by call, and changes of strategy, in a loop under load: no request fails',
	async () => {
		const victims = [new Victim(), new Victim()];
		await Promise.all(victims.map((victim) => victim.start()));
		const folder = await mkdtemp(join(tmpdir(), 'golangia-'));
		onTestFinished(() => rm(folder, { recursive: true }));
		const file = join(folder, 'cluster.json');
		const strategies = ['round-robin', 'least-connections', 'two-choices', 'ip-hash'];
		const write = (turn: number): void => {
			const servers = victims.map(({ port }, i) => ({
				id: `s${String(i)}`,
				url: `http://localhost:${String(port)}`,
				weight: 1 + ((turn + i) % 3)
			}));
			writeFileSync(
				`${file}.new`,
				JSON.stringify({ strategy: { name: strategies[turn % 4] }, servers, proxy: { port: 0 } })
			);
			// In one step: a reload may be reading it.
			renameSync(`${file}.new`, file);
		};
		write(0);
		const proxy = await running(['proxy', '--config', file, '--admin', '0']);
		const [, port] = await proxy.says(/http:\/\/localhost:(\d+) balances/);
		const [, admin = '', token = ''] = await proxy.says(/(http:\/\/localhost:\d+)\/live\/#token=(\S+)/);
		const call = async (path: string, method: string, body: unknown): Promise<void> => {
			const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
			const answer = await fetch(`${admin}/api/v1/${path}`, { method, headers, body: JSON.stringify(body) });
			expect(answer.status, `${method} ${path}: ${await answer.text()}`).toBeLessThan(300);
		};
		const ms = (seconds * 1000) / 2;
		const end = Date.now() + ms;
		let changes = 0;
		const change = async (): Promise<void> => {
			for (let turn = 1; Date.now() < end - 200; turn++, changes++) {
				write(turn);
				if (turn % 3 === 0) proxy.stop('SIGHUP');
				else if (turn % 3 === 1) await call('reload', 'POST', {});
				else await call('strategy', 'PUT', { name: strategies[turn % 4] });
				await sleep(20);
			}
		};
		const [outcomes] = await Promise.all([load(Number(port), ms), change()]);
		expect([...outcomes.keys()]).toEqual(['200']);
		expect(changes).toBeGreaterThan(2);
	},
	seconds * 1000 + 60_000
);
