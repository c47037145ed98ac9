import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program on one processor of its own. */
export interface Program {
	readonly pid: number;
	readonly child: ChildProcess;
	/** Ends it, and resolves when it is gone. */
	stop(): Promise<void>;
}

/** Start a program pinned to that processor; what it prints on standard error is shown, its standard output is piped. */
export function start(processor: number, file: string, words: readonly string[], env = {}): Program {
	const child = spawn('taskset', ['-c', String(processor), file, ...words], {
		stdio: ['pipe', 'pipe', 'inherit'],
		env: { ...process.env, ...env }
	});
	const ended = once(child, 'exit');
	const { pid } = child;
	if (pid === undefined) throw new Error(`${file} cannot be started.`);
	return {
		pid,
		child,
		async stop() {
			// Node keeps what has been told to end until its connections are closed; nothing of it is wanted any more.
			child.kill('SIGKILL');
			await ended;
		}
	};
}

/** Run a program to its end on that processor. @throws Error when it fails. */
export async function runOn(processor: number, file: string, words: readonly string[]): Promise<string> {
	const { child } = start(processor, file, words);
	let text = '';
	child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
	const [code] = (await once(child, 'close')) as [number | null];
	if (code !== 0) throw new Error(`${file} ${words.join(' ')} ended with ${String(code)}.`);
	return text;
}

/**
 * CPU time of a process so far, in seconds: the sum over its threads, since the kernel keeps theirs in nanoseconds and that of
 * the whole, in `stat`, in hundredths of a second. None of these programs ends a thread.
 */
export function cpuSeconds(pid: number): number {
	const threads = readdirSync(`/proc/${String(pid)}/task`);
	return threads.reduce(
		(sum, thread) =>
			sum + Number(readFileSync(`/proc/${String(pid)}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9,
		0
	);
}

/** Memory of a process that is in RAM, in MiB. */
export function residentMiB(pid: number): number {
	const [, kilobytes] =
		/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
	return Number(kilobytes) / 1024;
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
	const server = createServer();
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

/** Wait until something succeeds, for 10 s at most. */
export async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
	const end = performance.now() + 10_000;
	for (;;) {
		try {
			return await attempt();
		} catch (error) {
			if (performance.now() > end) throw error;
			await sleep(50);
		}
	}
}
