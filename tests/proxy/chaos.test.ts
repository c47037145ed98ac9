import { spawn, type ChildProcess } from 'node:child_process';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import { gateway, until } from './world.ts';

/** A server as a process of its own, which can be killed and frozen. It counts what it is asked. */
const program = `
const { createServer } = require('node:http');
createServer((req, res) => {
	const text = 'x'.repeat(2000);
	setTimeout(() => {
		res.writeHead(200, { 'content-length': text.length });
		res.end(text);
	}, 3);
}).listen(Number(process.argv[1]), '127.0.0.1', function () { process.send(this.address().port); });
`;

class Victim {
	port = 0;
	#child: ChildProcess | undefined;

	async start(): Promise<void> {
		const child = spawn(process.execPath, ['-e', program, String(this.port)], {
			stdio: ['ignore', 'ignore', 'ignore', 'ipc']
		});
		this.#child = child;
		onTestFinished(() => void child.kill('SIGKILL'));
		this.port = await new Promise<number>((resolve) =>
			child.once('message', (port) => {
				resolve(Number(port));
			})
		);
	}

	send(signal: NodeJS.Signals): void {
		this.#child?.kill(signal);
	}
}

test('backends that die, freeze and come back at random are not noticed, as long as two are well', async () => {
	const victims = Array.from({ length: 4 }, () => new Victim());
	await Promise.all(victims.map((victim) => victim.start()));
	const proxy = await gateway(
		victims.map(({ port }) => `http://127.0.0.1:${String(port)}`),
		{
			ear: () => undefined,
			strategy: { name: 'least-connections', knobs: {} },
			timeoutMs: 800,
			rules: { retries: 2, health: { fall: 2, ejectMs: 300 } },
			checks: { everyMs: 100, timeoutMs: 200, fall: 2, rise: 1, path: '/' }
		}
	);
	const end = Date.now() + 7000;
	const outcomes = new Map<string, number>();
	const client = async (): Promise<void> => {
		const agent = new Agent({ keepAlive: true });
		onTestFinished(() => {
			agent.destroy();
		});
		while (Date.now() < end) {
			const outcome = await new Promise<string>((resolve) => {
				request({ host: '127.0.0.1', port: proxy.port, agent }, (res) => {
					let bytes = 0;
					res.on('data', (chunk: Buffer) => (bytes += chunk.length));
					res.on('error', () => {
						resolve('cut');
					});
					res.on('end', () => {
						resolve(res.statusCode === 200 && bytes !== 2000 ? 'short' : String(res.statusCode));
					});
				})
					.on('error', () => {
						resolve('error');
					})
					.end();
			});
			outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
			await sleep(10);
		}
	};
	const random = randomStream(7, 'chaos');
	const chaos = async (): Promise<void> => {
		for (let turn = 0; Date.now() < end - 800; turn++) {
			// The first two are always well.
			const victim = victims[2 + (turn % 2)];
			if (victim === undefined) continue;
			if (random() < 0.6) {
				victim.send('SIGKILL');
				await sleep(200 + 300 * random());
				await victim.start();
			} else {
				victim.send('SIGSTOP');
				await sleep(200 + 300 * random());
				victim.send('SIGCONT');
			}
			await sleep(150 * random());
		}
	};
	await Promise.all([chaos(), ...Array.from({ length: 16 }, client)]);
	const total = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
	expect(total).toBeGreaterThan(500);
	// Who was asked and froze may be waited for in vain: to ask another would be to do it twice.
	const allowed = new Set(['200', '504']);
	expect([...outcomes.keys()].filter((outcome) => !allowed.has(outcome))).toEqual([]);
	expect(outcomes.get('504') ?? 0).toBeLessThan(total / 20);
	await until(() => proxy.cluster.members.every(({ inflight }) => inflight === 0), 'nothing is in flight');
}, 60_000);
