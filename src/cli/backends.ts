import type { Command } from 'commander';
import { demoBackend, type DemoBackend } from './demo-backend.ts';
import { durationOf, integerOf, portOf } from './flags.ts';
import { onPort, untilInterrupted } from './run.ts';

/** `golangia backends`: demo servers to balance. */
export function registerBackends(program: Command): void {
	program
		.command('backends')
		.description('run small demo servers that answer with their name')
		.option('--port <port>', 'port of the first; the others follow', portOf('--port'), 8000)
		.option('--count <n>', 'how many', integerOf('--count', 1, 26), 2)
		.option('--latency <time>', 'how long each answer takes, such as 20ms', durationOf('--latency'), 0)
		.addHelpText(
			'after',
			'\nEach also answers /healthz.\n\nExamples:\n  golangia backends\n  golangia backends --port 9000 --count 3 --latency 20ms\n'
		)
		.action(async ({ port, count, latency }: { port: number; count: number; latency: number }) => {
			const backends: DemoBackend[] = [];
			try {
				for (let i = 0; i < count; i++) {
					const name = String.fromCharCode(65 + i);
					backends.push(await onPort(port === 0 ? 0 : port + i, (at) => demoBackend(name, at, latency)));
				}
			} catch (error) {
				for (const backend of backends) await backend.close();
				throw error;
			}
			for (const { name, port: at } of backends)
				console.log(`${name} listens on http://localhost:${String(at)}`);
			console.log('Ctrl-C ends them.');
			await untilInterrupted(async () => {
				await Promise.all(backends.map((backend) => backend.close()));
			});
		});
}
