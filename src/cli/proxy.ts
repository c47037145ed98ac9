import { Option, type Command } from 'commander';
import type { ClusterChange } from '#balancer/cluster.ts';
import type { BackendSpec } from '#proxy/backends.ts';
import { recorder as recorderOf } from '#proxy/recorder.ts';
import type { KeyRule } from '#balancer/key.ts';
import { startProxy } from '#proxy/server.ts';
import { InputError } from '#record/input.ts';
import { HostRulesSchema, type HostRules } from '#record/rules.ts';
import {
	addBackend,
	addKnob,
	durationOf,
	integerOf,
	keyRuleOf,
	portOf,
	strategyOf,
	wordOf
} from './flags.ts';
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
	readonly retries: number;
	readonly redispatch: HostRules['redispatch'];
	readonly fall: number;
	readonly eject: number;
	readonly maxFails?: true;
	readonly panic: boolean;
	readonly backups: HostRules['backups'];
	readonly slowStart?: number;
	readonly queue?: number;
	readonly queueTimeout?: number;
	readonly sticky?: true;
	readonly key: KeyRule;
}

/** `golangia proxy`: balance real HTTP with a strategy of the shelf. */
export function registerProxy(program: Command): void {
	program
		.command('proxy')
		.description('balance real HTTP requests over backends')
		.option(
			'--backend <url[,weight=n][,maxconn=n][,backup][,id=name]>',
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
		.option(
			'--retries <n>',
			'how often a request is sent again where that is safe',
			integerOf('--retries', 0, 10),
			1
		)
		.addOption(
			new Option('--redispatch <where>', 'where to: always elsewhere, avoid the last one only, or never')
				.argParser(wordOf('--redispatch', ['always', 'avoid', 'never']))
				.default('always')
		)
		.option(
			'--fall <n>',
			'failures in a row after which a backend is left out; 0: never',
			integerOf('--fall', 0, 100),
			3
		)
		.addOption(
			new Option('--eject <time>', 'how long it is left out')
				.argParser(durationOf('--eject', 1))
				.default(5000, '5s')
		)
		.option('--max-fails', 'count failures as NGINX does, instead of in a row')
		.option('--no-panic', 'when all are left out, ask nobody instead of everybody')
		.addOption(
			new Option('--backups <who>', 'who steps in: all, the first only, or all as a group')
				.argParser(wordOf('--backups', ['all', 'first', 'group']))
				.default('all')
		)
		.option(
			'--slow-start <time>',
			'until a backend that is back has its whole share',
			durationOf('--slow-start', 1)
		)
		.option(
			'--queue <n>',
			'requests that wait while all backends are at their maxconn',
			integerOf('--queue', 1, 1_000_000)
		)
		.option('--queue-timeout <time>', 'how long they wait', durationOf('--queue-timeout', 1))
		.option('--sticky', 'a client goes where it went before')
		.option('--key <what>', 'what affinity hangs on: address, uri, header:NAME or param:NAME', keyRuleOf, {
			by: 'address'
		})
		.option('--record <file>', 'write every event to this file, for "golangia replay"; replaces it')
		.addHelpText('after', examples)
		.action(run);
}

const examples = `
A backend that fails 3 times in a row is left out for 5 seconds, unless told otherwise. Every answer names its backend in X-Served-By.

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
	const rules = rulesOf(options);
	const recorder =
		options.record === undefined
			? undefined
			: recorderOf(options.record, { strategy, seed, rules }, console.error);
	const start = (port: number): ReturnType<typeof startProxy> =>
		startProxy({
			backends,
			strategy,
			seed,
			rules,
			key: options.key,
			host,
			port,
			timeoutMs: options.timeout,
			connectTimeoutMs: options.connectTimeout,
			onChange: (change) => {
				say(change, options.eject);
			},
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

/** @throws InputError for flags that do not go together. */
function rulesOf(options: Options): HostRules {
	const { fall, eject, queue, queueTimeout, slowStart } = options;
	if (queueTimeout !== undefined && queue === undefined)
		throw new InputError('--queue-timeout says how long requests wait in a --queue: give that as well.');
	return HostRulesSchema.parse({
		retries: options.retries,
		redispatch: options.redispatch,
		health: fall === 0 ? null : { fall, ejectMs: eject, rule: options.maxFails ? 'max-fails' : 'in-a-row' },
		panic: options.panic,
		backups: options.backups,
		slowStartMs: slowStart ?? null,
		queue: queue === undefined ? null : { limit: queue, timeoutMs: queueTimeout ?? null },
		sticky: options.sticky === true
	});
}

function say({ backend, change }: ClusterChange, ejectMs: number): void {
	if (change === 'ejected')
		console.log(`${backend.id} is left out for ${String(ejectMs / 1000)} s: it failed too often.`);
	if (change === 'restored') console.log(`${backend.id} is tried again.`);
}
