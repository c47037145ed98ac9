import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const running = new Map<ChildProcess, NodeJS.Signals>();
process.on('exit', () => {
	for (const [child, signal] of running) child.kill(signal);
});

/** A program that runs until it is stopped. */
export interface Running {
	/** Ends when the process has gone. */
	stop(): Promise<void>;
}

/** How a program is run. */
interface Manner {
	readonly env?: NodeJS.ProcessEnv;
	/** Gets what it says. */
	readonly hear?: (text: string) => void;
	/** What ends it: SIGKILL, unless it has workers that would live on. */
	readonly signal?: NodeJS.Signals;
}

/**
 * Start a program and wait until its socket, a path or a port of this machine, can be connected to.
 * @throws Error with what the program said when it ends before that, or takes longer than five seconds
 */
export async function startProgram(
	file: string,
	args: readonly string[],
	socket: string | number,
	{ env = {}, hear, signal = 'SIGKILL' }: Manner = {}
): Promise<Running> {
	const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
	running.set(child, signal);
	let said = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			if (said.length < 10_000) said += text;
			hear?.(text);
		});
	}
	const gone = once(child, 'close').finally(() => running.delete(child));
	const stop = async (): Promise<void> => {
		// Nothing it knows is wanted any more, and it holds nothing but its sockets.
		child.kill(signal);
		await gone;
	};
	for (const end = performance.now() + 5000; performance.now() < end;) {
		if (child.exitCode !== null || child.signalCode !== null) break;
		if (await answers(socket)) return { stop };
		await delay(3);
	}
	await stop();
	throw new Error(`${file} did not start: ${said.trim() || 'it said nothing'}`);
}

function answers(socket: string | number): Promise<boolean> {
	return new Promise((resolve) => {
		const probe = typeof socket === 'number' ? connect(socket, '127.0.0.1') : connect(socket);
		probe
			.on('connect', () => {
				probe.destroy();
				resolve(true);
			})
			.on('error', () => {
				resolve(false);
			});
	});
}
