import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const running = new Set<ChildProcess>();
process.on('exit', () => {
	for (const child of running) child.kill('SIGKILL');
});

/** A program that runs until it is stopped. */
export interface Running {
	/** Ends when the process has gone. */
	stop(): Promise<void>;
}

/**
 * Start a program and wait until its socket can be connected to.
 * @throws Error with what the program said when it ends before that, or takes longer than five seconds
 */
export async function startProgram(file: string, args: readonly string[], socket: string): Promise<Running> {
	const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
	running.add(child);
	let said = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => (said += text));
	}
	const gone = once(child, 'close').finally(() => running.delete(child));
	const stop = async (): Promise<void> => {
		// Nothing it knows is wanted any more, and it holds nothing but its sockets.
		child.kill('SIGKILL');
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

function answers(socket: string): Promise<boolean> {
	return new Promise((resolve) => {
		const probe = connect(socket, () => {
			probe.destroy();
			resolve(true);
		}).on('error', () => {
			resolve(false);
		});
	});
}
