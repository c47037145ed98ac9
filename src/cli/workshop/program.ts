import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Each leads a group of its own, so that what it starts goes with it; nothing outlives this process. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
	for (const child of running) endGroup(child);
});

/** Where programs are that an ordinary user's PATH may leave out. */
const elsewhere = [
	'/usr/sbin',
	'/usr/local/sbin',
	'/usr/local/bin',
	'/usr/local/go/bin',
	'/opt/homebrew/bin'
];

export function findProgram(name: string, path = process.env.PATH ?? ''): string | undefined {
	return [...path.split(delimiter), ...elsewhere]
		.filter((folder) => folder !== '')
		.map((folder) => join(folder, name))
		.find((file) => existsSync(file));
}

/** How to start a program, and where. */
export interface Launch {
	readonly file: string;
	readonly args: readonly string[];
	readonly cwd: string;
	readonly env?: Readonly<Record<string, string>>;
}

/** Run it to its end, five minutes at most. `said` is all it said on both streams. */
export async function runToEnd(launch: Launch): Promise<{ readonly well: boolean; readonly said: string }> {
	const { child, said } = begin(launch);
	const timer = setTimeout(() => {
		endGroup(child);
	}, 300_000);
	const code = await endOf(child);
	clearTimeout(timer);
	return { well: code === 0, said: said() };
}

/** A program that serves. */
export interface Running {
	readonly said: () => string;
	/** Ask it politely to end. True when it does in time. */
	end(limitMs: number): Promise<boolean>;
	/** Ends when the process is gone. */
	kill(): Promise<void>;
}

/** Start it and wait until its port takes connections. `why` when it ends before, or none are taken for ten seconds. */
export async function serve(launch: Launch, port: number): Promise<Running | { readonly why: string }> {
	const { child, said } = begin(launch);
	const ended = endOf(child);
	const kill = async (): Promise<void> => {
		endGroup(child);
		await ended;
	};
	for (const late = performance.now() + 10_000; performance.now() < late && running.has(child);) {
		if (await takesConnections(port)) {
			const end = async (limitMs: number): Promise<boolean> => {
				child.kill('SIGTERM');
				await Promise.race([ended, delay(limitMs)]);
				return !running.has(child);
			};
			return { said, end, kill };
		}
		await delay(10);
	}
	const alive = running.has(child);
	await kill();
	return { why: alive ? `Nothing listens on ${String(port)}.` : said().trim() || 'It ended without a word.' };
}

function begin({ file, args, cwd, env }: Launch): { child: ChildProcess; said: () => string } {
	const child = spawn(file, args, {
		...{ cwd, detached: true, env: { ...process.env, ...env } },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	running.add(child);
	let said = '';
	for (const stream of [child.stdout, child.stderr]) {
		// What is said without end is not kept without end.
		stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(0, 200_000)));
	}
	return { child, said: () => said };
}

async function endOf(child: ChildProcess): Promise<number | null> {
	try {
		const [code] = (await once(child, 'close')) as [number | null];
		return code;
	} catch {
		return null; // it could not be started at all
	} finally {
		running.delete(child);
	}
}

function endGroup({ pid }: ChildProcess): void {
	try {
		if (pid !== undefined) process.kill(-pid, 'SIGKILL');
	} catch {
		// Gone by itself.
	}
}

function takesConnections(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const probe = connect(port, '127.0.0.1');
		const done = (taken: boolean): void => {
			probe.destroy();
			resolve(taken);
		};
		probe.on('connect', () => {
			done(true);
		});
		probe.on('error', () => {
			done(false);
		});
	});
}
