import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { runOn, start, type Program } from './process.ts';

/** What is sent and answered: 20 bytes, 16 KiB down, 16 KiB up. */
export type Kind = 'small' | 'large' | 'upload';

/** Which processor has what: the load must not take time from what it measures. */
export const proxySide = 0;
export const loadSide = 1;

export interface LoadReport {
	readonly answered: number;
	readonly failed: number;
	readonly ms: number;
	readonly p50: number;
	readonly p99: number;
}

/** What to send, and how much of it. */
export interface Drive {
	readonly port: number;
	readonly kind: Kind;
	readonly ms: number;
	/** Default 64. */
	readonly connections?: number;
	/** Requests a second, in an open loop; absent: each connection asks again when it has its answer. */
	readonly rate?: number;
	/** Requests at most. */
	readonly most?: number;
}

/** The servers and clients of load.c. */
export interface Load {
	/** Of the two servers. */
	readonly servers: readonly [number, number];
	readonly program: string;
	drive(what: Drive): Promise<LoadReport>;
	stop(): Promise<void>;
}

/** Compile load.c into `folder` and start its servers. @throws Error where there is no gcc. */
export async function startLoad(folder: string): Promise<Load> {
	const program = join(folder, 'load');
	// From the project's folder, where npm runs its scripts: this module was bundled to another place.
	execFileSync('gcc', ['-O2', '-o', program, resolve('tests/bench/proxy/load.c')]);
	const serving: Program = start(loadSide, program, ['serve']);
	let text = '';
	while (text.split('\n').length < 3) {
		const [chunk] = (await once(serving.child.stdout ?? process.stdin, 'data')) as [Buffer];
		text += chunk.toString();
	}
	const [first = 0, second = 0] = text.split('\n').map(Number);
	return {
		servers: [first, second],
		program,
		async drive({ port, kind, ms, connections = 64, rate = 0, most = 1e15 }) {
			const words = [port, connections, ms, kind, rate, most].map(String);
			const report = JSON.parse(await runOn(loadSide, program, ['drive', ...words])) as LoadReport;
			if (report.failed > 0 || report.answered === 0)
				throw new Error(
					`${String(report.failed)} requests failed and ${String(report.answered)} did not: the figures would mean nothing.`
				);
			return report;
		},
		stop: () => serving.stop()
	};
}
