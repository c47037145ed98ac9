import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** By this a test server tells our visits from a gate's own checks. */
export const visitHeader = 'x-visit';

export interface Answer {
	/** `broken`: the connection ended without an answer. `late`: there was none in time. */
	readonly status: number | 'broken' | 'late';
	readonly ms: number;
}

export interface Visit {
	readonly method?: 'GET' | 'POST';
	readonly path?: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** How long to wait for an answer. Default 8000. */
	readonly patienceMs?: number;
}

/** One request on a connection of its own. */
export function visit(
	port: number,
	{ method = 'GET', path = '/', headers, patienceMs = 8000 }: Visit = {}
): Promise<Answer> {
	const began = performance.now();
	return new Promise((resolve) => {
		const done = (status: Answer['status']): void => {
			clearTimeout(timer);
			resolve({ status, ms: performance.now() - began });
		};
		const asked = request(
			{
				...{ host: '127.0.0.1', port, method, path, agent: false },
				headers: { host: 'golangia.example', [visitHeader]: '1', ...headers }
			},
			(response) => {
				response.resume().on('end', () => {
					done(response.statusCode ?? 'broken');
				});
				response.on('error', () => {
					done('broken');
				});
			}
		);
		const timer = setTimeout(() => {
			done('late');
			asked.destroy();
		}, patienceMs);
		asked
			.on('error', () => {
				done('broken');
			})
			.end();
	});
}

/** So many visits, at most `together` at once. */
export async function visits(port: number, count: number, together: number): Promise<readonly Answer[]> {
	const answers: Answer[] = [];
	let left = count;
	const visitor = async (): Promise<void> => {
		while (left-- > 0) answers.push(await visit(port));
	};
	await Promise.all(Array.from({ length: together }, visitor));
	return answers;
}

/** A visit every so often, whether the ones before are answered or not. */
export async function stream(port: number, count: number, everyMs: number): Promise<readonly Answer[]> {
	const answers: Promise<Answer>[] = [];
	for (let sent = 0; sent < count; sent++) {
		answers.push(visit(port));
		await delay(everyMs);
	}
	return Promise.all(answers);
}

/** Somebody who connects and says this, and no more; `ended` resolves when the gate has shown them out. */
export interface Guest {
	readonly ended: Promise<void>;
	leave(): void;
}

export function guest(port: number, says = ''): Promise<Guest> {
	return new Promise((resolve, reject) => {
		const socket: Socket = connect(port, '127.0.0.1');
		const ended = new Promise<void>((end) => {
			socket.on('close', () => {
				end();
			});
		});
		socket
			.on('connect', () => {
				socket.write(says);
				resolve({ ended, leave: () => socket.destroy() });
			})
			.on('error', reject)
			// Read, and so notice the end; an answer to half a request may say why.
			.resume();
	});
}

/** True when this comes about in time. */
export async function within(ms: number, event: Promise<unknown>): Promise<boolean> {
	const stop = new AbortController();
	const late = delay(ms, false, { signal: stop.signal }).catch(() => false);
	const came = await Promise.race([event.then(() => true), late]);
	stop.abort();
	return came;
}

export function failed({ status }: Answer): boolean {
	return typeof status === 'string' || status >= 500;
}
