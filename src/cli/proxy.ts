import { Option, type Command } from 'commander';
import type { ClusterChange } from '#balancer/cluster.ts';
import type { BackendSpec } from '#proxy/backends.ts';
import { recorder as recorderOf } from '#proxy/recorder.ts';
import { defaultHealth, startProxy } from '#proxy/server.ts';
import { InputError } from '#record/input.ts';
import { addBackend, addKnob, durationOf, integerOf, portOf, strategyOf } from './flags.ts';
import { onPort, untilInterrupted } from './run.ts';

interface Options {
	readonly port: number;
	readonly host: string;
	readonly backend?: readonly BackendSpec[];
	readonly strategy: string;
	readonly knob?: Readonly<Record<string, number>>;
	readonly seed: number;
	readonly record?: string;
	readonly timeout: number;
	readonly connectTimeout: number;
}

const retries = 1;

/** `golangia proxy`: balance real HTTP with a strategy of the shelf. */
export function registerProxy(program: Command): void {
	program
		.command('proxy')
		.description('balance real HTTP requests over backends')
		.option(
			'--backend <url[,weight=n][,id=name]>',
			'a server to send requests to; repeat for each',
			addBackend
		)
		.option('--strategy <name>', 'who is chosen: see "golangia strategies"', 'round-robin')
		.option('--knob <name=value>', "turn one of the strategy's knobs; may be repeated", addKnob)
		.option(
			'--seed <n>',
			'seeds the strategy where chance plays a part',
			integerOf('--seed', 0, Number.MAX_SAFE_INTEGER),
			1
		)
		.option('--port <port>', 'where to listen; 0 takes any free port', portOf('--port'), 8080)
		.option('--host <address>', 'address to listen on; localhost is 127.0.0.1 and ::1', 'localhost')
		.addOption(
			new Option('--timeout <time>', 'how long a backend may think, such as 1500ms')
				.argParser(durationOf('--timeout', 1))
				.default(60_000, '60s')
		)
		.addOption(
			new Option('--connect-timeout <time>', 'how long connecting to a backend may take')
				.argParser(durationOf('--connect-timeout', 1))
				.default(5000, '5s')
		)
		.option('--record <file>', 'write every event to this file, for "golangia replay"; replaces it')
		.addHelpText('after', examples)
		.action(run);
}

const examples = `
A backend that fails 3 times in a row is left out for 5 seconds. Every answer names its backend in X-Served-By.

Examples:
  golangia proxy --backend http://localhost:8000 --backend http://localhost:8001
  golangia proxy --backend http://localhost:8000,weight=3,id=big --backend http://localhost:8001,id=small \\
    --strategy smooth-weighted-round-robin
  golangia proxy --backend http://localhost:8000 --backend http://localhost:8001 --strategy two-choices --record session.jsonl
`;

async function run(options: Options): Promise<void> {
	const { backend: backends = [], host, seed } = options;
	if (backends.length === 0)
		throw new InputError(
			'There is no --backend: name at least one, such as --backend http://localhost:8000.'
		);
	const strategy = strategyOf(options.strategy, options.knob ?? {});
	const recorder =
		options.record === undefined
			? undefined
			: recorderOf(options.record, { strategy, seed, health: defaultHealth, retries }, console.error);
	const start = (port: number): ReturnType<typeof startProxy> =>
		startProxy({
			backends,
			strategy,
			seed,
			retries,
			health: defaultHealth,
			host,
			port,
			timeoutMs: options.timeout,
			connectTimeoutMs: options.connectTimeout,
			onChange: say,
			...(recorder === undefined ? {} : { ear: recorder.ear })
		});
	const proxy = await onPort(options.port, start);
	try {
		await recorder?.open();
	} catch (error) {
		await proxy.close();
		throw error;
	}
	if (!/^(localhost|127\.|::1$)/.test(host))
		console.error(`Careful: on ${host} other machines can reach this proxy and its backends.`);
	const names = backends.map(({ id }) => id).join(', ');
	console.log(
		`http://${host.includes(':') ? `[${host}]` : host}:${String(proxy.port)} balances over ${names} by ${strategy.name}. Ctrl-C ends it.`
	);
	await untilInterrupted(async () => {
		await proxy.close();
		await recorder?.close();
		if (options.record !== undefined)
			console.log(`Recorded in ${options.record}; try: golangia replay ${options.record}`);
	});
}

function say({ backend, change }: ClusterChange): void {
	if (change === 'ejected')
		console.log(
			`${backend.id} is left out for ${String(defaultHealth.ejectMs / 1000)} s: it failed too often in a row.`
		);
	if (change === 'restored') console.log(`${backend.id} is tried again.`);
}
