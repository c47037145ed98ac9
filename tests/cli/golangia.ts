import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { bundle } from '../../src/setup/bundle.js';

/** The command as it is shipped: one bundled file, run by Node directly, so that signals reach it. */

export interface Ended {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface Running {
	readonly stdout: () => string;
	readonly stderr: () => string;
	/** Resolves when its output matches. */
	says(pattern: RegExp): Promise<RegExpExecArray>;
	stop(signal: NodeJS.Signals): void;
	readonly ended: Promise<Ended>;
}

export function program(): Promise<string> {
	return bundle('src/cli/main.ts', 'dist/golangia.js');
}

/** Run it to its end. */
export async function golangia(...args: string[]): Promise<Ended> {
	return (await running(args)).ended;
}

/** Start it and let it run; it is gone when the test is. */
export async function running(args: readonly string[], file?: string): Promise<Running> {
	const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [file ?? (await program()), ...args]);
	let stdout = '';
	let stderr = '';
	child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	const ended = new Promise<Ended>((resolve) => {
		child.on('close', (code) => {
			resolve({ code, stdout, stderr });
		});
	});
	return {
		stdout: () => stdout,
		stderr: () => stderr,
		stop: (signal) => child.kill(signal),
		ended,
		async says(pattern) {
			for (let tries = 0; tries < 1000; tries++) {
				const match = pattern.exec(stdout);
				if (match !== null) return match;
				if (child.exitCode !== null) break;
				await new Promise((resolve) => setTimeout(resolve, 10));
			}
			throw new Error(`It never said ${String(pattern)}; it said: ${stdout}${stderr}`);
		}
	};
}
