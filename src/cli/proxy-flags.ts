import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Command } from 'commander';
import type { BackendSpec } from '#proxy/backends.ts';
import type { ClientKey } from '#proxy/client-key.ts';
import type { ProxyOptions } from '#proxy/server.ts';
import { assertNetwork } from '#proxy/trust.ts';
import { InputError } from '#record/input.ts';
import {
	readProxySettings,
	type ListenSettings,
	type ProxySettings,
	type ProxySettingsInput
} from '#record/proxy-settings.ts';
import { hostRulesOf, type HostRules } from '#record/rules.ts';
import { readYaml } from '#teaching/yaml.ts';
import {
	addBackend,
	addKnob,
	durationOf,
	integerOf,
	keyRuleOf,
	numberOf,
	portOf,
	portOrOff,
	strategyOf,
	wordOf
} from './flags.ts';
import { textOf } from './text.ts';

/** More than a configuration has, or all the certificates that a machine trusts. */
const most = 2_000_000;

/** What was typed; whatever was not is the file's, or has its default. */
export interface ProxyFlags {
	readonly config?: string;
	readonly check?: true;
	readonly schema?: true;
	readonly backend?: readonly BackendSpec[];
	readonly strategy?: string;
	readonly knob?: Readonly<Record<string, number>>;
	readonly seed?: number;
	readonly key?: ClientKey;
	readonly port?: number;
	readonly host?: string;
	readonly tlsCert?: string;
	readonly tlsKey?: string;
	readonly backendCa?: string;
	readonly timeout?: number;
	readonly connectTimeout?: number;
	readonly headerTimeout?: number;
	readonly bodyTimeout?: number;
	readonly drainTimeout?: number;
	readonly maxConnections?: number;
	readonly retries?: number;
	readonly backoff?: number;
	readonly retryBudget?: number;
	readonly hedge?: number;
	readonly most?: number;
	readonly redispatch?: HostRules['redispatch'];
	readonly fall?: number;
	readonly eject?: number;
	readonly maxFails?: true;
	readonly panic?: boolean;
	readonly backups?: HostRules['backups'];
	readonly slowStart?: number;
	readonly queue?: number;
	readonly queueTimeout?: number;
	readonly sticky?: true;
	readonly checkPath?: string;
	readonly checkTcp?: true;
	readonly checkEvery?: number;
	readonly checkTimeout?: number;
	readonly checkFall?: number;
	readonly checkRise?: number;
	readonly trustProxy?: readonly string[];
	readonly forwarded?: true;
	readonly hostHeader?: ListenSettings['hostHeader'];
	readonly trace?: true;
	readonly otlp?: string;
	readonly otlpShare?: number;
	readonly admin?: number | 'off';
	readonly accessLog?: string;
	readonly accessLogForm?: 'json' | 'common';
	readonly record?: string;
}

export function addProxyFlags(command: Command): Command {
	const count = (flag: string, least: number, most: number) => integerOf(flag, least, most);
	return command
		.optionsGroup('Who serves, and who decides:')
		.option(
			'--backend <url[,weight=n][,maxconn=n][,backup][,id=name]>',
			'a server to send requests to, http, https or unix:/path; repeat for each',
			addBackend
		)
		.option('--strategy <name>', 'who is chosen: see "golangia strategies" (default: round-robin)')
		.option('--knob <name=value>', "turn one of the strategy's knobs; may be repeated", addKnob)
		.option(
			'--seed <n>',
			'seeds the strategy where chance plays a part (default: 1)',
			count('--seed', 0, Number.MAX_SAFE_INTEGER)
		)
		.option('--sticky', 'a client goes where it went before')
		.option(
			'--key <what>',
			'what affinity hangs on: address, uri, header:NAME, param:NAME, or cookie:NAME, which the proxy gives to whoever has none (default: address)',
			keyRuleOf
		)
		.option('--backups <who>', 'who steps in: all, the first only, or all as a group (default: all)', backups)
		.option(
			'--slow-start <time>',
			'until a backend that is back has its whole share',
			durationOf('--slow-start', 1)
		)
		.option(
			'--queue <n>',
			'requests that wait while all backends are at their maxconn',
			count('--queue', 1, 1_000_000)
		)
		.option('--queue-timeout <time>', 'how long they wait', durationOf('--queue-timeout', 1))

		.optionsGroup('Where it listens, and what it says:')
		.option('--port <port>', 'where to listen; 0 takes any free port (default: 8080)', portOf('--port'))
		.option(
			'--host <address>',
			'address to listen on; localhost is 127.0.0.1 and ::1; or unix:/path (default: localhost)'
		)
		.option('--tls-cert <file>', 'speak HTTPS with this certificate (PEM)')
		.option('--tls-key <file>', 'and this key (PEM)')
		.option('--backend-ca <file>', "verify https backends with these certificates, not the machine's")
		.option(
			'--trust-proxy <networks>',
			'proxies in front whose X-Forwarded-* are believed, such as 10.0.0.0/8,::1',
			networksOf
		)
		.option('--forwarded', 'tell backends who asks in the standard header Forwarded, too')
		.option(
			'--host-header <whose>',
			'the Host that backends see: client, or backend, its own (default: client)',
			wordOf('--host-header', ['client', 'backend'])
		)
		.option('--trace', 'start a trace (traceparent) where a request brings none')
		.option(
			'--max-connections <n>',
			'client connections at once (default: any number)',
			count('--max-connections', 1, 1_000_000)
		)

		.optionsGroup('When something is slow or fails:')
		.option(
			'--timeout <time>',
			'how long a backend may think, such as 1500ms (default: 60s)',
			durationOf('--timeout', 1)
		)
		.option(
			'--connect-timeout <time>',
			'how long connecting to a backend may take (default: 5s)',
			durationOf('--connect-timeout', 1)
		)
		.option(
			'--header-timeout <time>',
			'how long a client may take to send the head of a request (default: 10s)',
			durationOf('--header-timeout', 1)
		)
		.option(
			'--body-timeout <time>',
			'how long a client may be silent in the middle of a body (default: 60s)',
			durationOf('--body-timeout', 1)
		)
		.option(
			'--drain-timeout <time>',
			'how long requests in flight may take once it is to end (default: 10s)',
			durationOf('--drain-timeout', 1)
		)
		.option(
			'--retries <n>',
			'how often a request is sent again where that is safe (default: 1)',
			count('--retries', 0, 10)
		)
		.option(
			'--backoff <time>',
			'the pause before a retry, doubled each time, of which a random share is taken (default: none)',
			durationOf('--backoff')
		)
		.option(
			'--retry-budget <share>',
			'retries for each request, of which ten are saved up, such as 0.1 (default: any number)',
			numberOf('--retry-budget', 0, 10)
		)
		.option(
			'--hedge <time>',
			'after so long send what may be sent twice to another backend too; the first answer wins (default: never)',
			durationOf('--hedge', 1)
		)
		.option(
			'--most <n>',
			'requests let in at once, the others get 503 (default: any number)',
			count('--most', 1, 1_000_000)
		)
		.option(
			'--redispatch <where>',
			'where to: always elsewhere, avoid the last one only, or never (default: always)',
			wordOf('--redispatch', ['always', 'avoid', 'never'])
		)
		.option(
			'--fall <n>',
			'failures in a row after which a backend is left out; 0: never (default: 3)',
			count('--fall', 0, 100)
		)
		.option('--eject <time>', 'how long it is left out (default: 5s)', durationOf('--eject', 1))
		.option('--max-fails', 'count failures as NGINX does, instead of in a row')
		.option('--no-panic', 'when all are left out, ask nobody instead of everybody')
		.option('--check-path <path>', 'ask every backend for this page now and then; 2xx or 3xx is well')
		.option('--check-tcp', 'only connect to every backend now and then')
		.option('--check-every <time>', 'how often (default: 2s)', durationOf('--check-every', 1))
		.option(
			'--check-timeout <time>',
			'how long an answer may take (default: 2s)',
			durationOf('--check-timeout', 1)
		)
		.option(
			'--check-fall <n>',
			'bad ones in a row that take it out (default: 3)',
			count('--check-fall', 1, 100)
		)
		.option(
			'--check-rise <n>',
			'good ones in a row that bring it back (default: 2)',
			count('--check-rise', 1, 100)
		)

		.optionsGroup('What is seen of it:')
		.option(
			'--admin <port|off>',
			'port of the live page and the API, on the loopback interface (default: 9900)',
			portOrOff('--admin')
		)
		.option('--access-log <file>', 'write a line for each request to this file')
		.option('--access-log-form <form>', 'json, or common as Apache has it (default: json)', forms)
		.option(
			'--otlp <url>',
			'send spans of OpenTelemetry to this collector (default: OTEL_EXPORTER_OTLP_ENDPOINT, if it is set)',
			endpointOf('--otlp')
		)
		.option(
			'--otlp-share <share>',
			'of the traces that begin here, how many are recorded: 0 to 1 (default: 1)',
			numberOf('--otlp-share', 0, 1)
		)
		.option('--record <file>', 'write every event to this file, for "golangia replay"; replaces it')

		.optionsGroup('From a file:')
		.option('--config <file>', 'read all this from a file, JSON or YAML; flags go before it')
		.option('--check', 'say whether flags and file are good, and start nothing')
		.option('--schema', 'print the JSON Schema of such a file, for editors');
}

const backups = wordOf('--backups', ['all', 'first', 'group']);
const forms = wordOf('--access-log-form', ['json', 'common']);

function networksOf(text: string, before: readonly string[] = []): string[] {
	return [...before, ...text.split(',').map((network) => assertNetwork(network.trim()))];
}

function endpointOf(name: string): (text: string) => string {
	return (text) => {
		if (!/^https?:\/\/./.test(text) || !URL.canParse(text))
			throw new InputError(
				`${name} is "${text}": write a collector's address, such as http://localhost:4318.`
			);
		return text;
	};
}

/** Flags before the file, the file before the defaults. @throws InputError */
export async function settingsOf(flags: ProxyFlags): Promise<ProxySettings> {
	const { config } = flags;
	const read = config === undefined ? undefined : readYaml(await textOf(config, most), config);
	// Whatever it is otherwise is said as it is.
	if (read !== undefined && !isMap(read.value)) return readProxySettings(read.value, read.placeOf);
	const file = { balancer: {}, proxy: {}, ...(read?.value as Partial<ProxySettingsInput> | undefined) };
	if (flags.backend === undefined && read === undefined)
		throw new InputError(
			'There is no --backend: name at least one, such as --backend http://localhost:8000.'
		);
	return readProxySettings(
		{
			...file,
			...given({
				seed: flags.seed,
				key: flags.key,
				servers: flags.backend,
				strategy: strategyIn(flags, file.strategy)
			}),
			balancer: balancerIn(flags, file.balancer),
			proxy: proxyIn(flags, file.proxy)
		},
		read?.placeOf ?? 'flags'
	);
}

function strategyIn({ strategy, knob }: ProxyFlags, file: ProxySettingsInput['strategy']): unknown {
	if (strategy !== undefined) return strategyOf(strategy, knob ?? {});
	if (knob === undefined) return undefined;
	return strategyOf(file?.name ?? 'round-robin', { ...file?.knobs, ...knob });
}

/** @throws InputError for flags that do not go together. */
function balancerIn(flags: ProxyFlags, file: ProxySettingsInput['balancer'] = {}): unknown {
	const { fall, eject, maxFails, queue, queueTimeout } = flags;
	if (queueTimeout !== undefined && queue === undefined && file.queue == null)
		throw new InputError('--queue-timeout says how long requests wait in a --queue: give that as well.');
	const health = given({ fall, ejectMs: eject, rule: maxFails && 'max-fails' });
	return {
		...file,
		...given({
			retries: flags.retries,
			redispatch: flags.redispatch,
			backoff: merged(file.backoff, given({ baseMs: flags.backoff })),
			budget: merged(file.budget, given({ ratio: flags.retryBudget })),
			hedgeMs: flags.hedge,
			most: flags.most,
			// Commander has it true where nothing was typed.
			panic: flags.panic === false ? false : undefined,
			backups: flags.backups,
			slowStartMs: flags.slowStart,
			sticky: flags.sticky,
			timeoutMs: flags.timeout,
			queue: merged(file.queue, given({ limit: queue, timeoutMs: queueTimeout })),
			health: fall === 0 ? null : merged({ fall: 3, ejectMs: 5000, ...file.health }, health),
			checks: checksIn(flags, file.checks)
		})
	};
}

function checksIn(
	flags: ProxyFlags,
	file: NonNullable<ProxySettingsInput['balancer']>['checks']
): object | undefined {
	const { checkPath, checkTcp, checkEvery, checkTimeout, checkFall, checkRise } = flags;
	const others = given({ everyMs: checkEvery, timeoutMs: checkTimeout, fall: checkFall, rise: checkRise });
	if (checkPath === undefined && checkTcp !== true && file == null) {
		if (Object.keys(others).length > 0)
			throw new InputError('There is nothing to check: give --check-path /healthz or --check-tcp as well.');
		return undefined;
	}
	return merged(file, { ...others, ...given({ path: checkTcp === true ? null : checkPath }) });
}

function proxyIn(flags: ProxyFlags, file: ProxySettingsInput['proxy'] = {}): unknown {
	const { tlsCert, tlsKey, accessLog, accessLogForm } = flags;
	if ((tlsCert === undefined) !== (tlsKey === undefined) && file.tls == null)
		throw new InputError('--tls-cert and --tls-key go together: give both, a PEM file each.');
	return {
		...file,
		...given({
			port: flags.port,
			host: flags.host,
			tls: merged(file.tls, given({ cert: tlsCert, key: tlsKey })),
			ca: flags.backendCa,
			connectTimeoutMs: flags.connectTimeout,
			headerTimeoutMs: flags.headerTimeout,
			bodyTimeoutMs: flags.bodyTimeout,
			drainTimeoutMs: flags.drainTimeout,
			maxConnections: flags.maxConnections,
			trust: flags.trustProxy,
			forwarded: flags.forwarded,
			hostHeader: flags.hostHeader,
			trace: flags.trace,
			admin: flags.admin === 'off' ? null : flags.admin,
			accessLog: merged(file.accessLog, given({ file: accessLog, form: accessLogForm })),
			record: flags.record,
			otlp: otlpIn(flags, file.otlp)
		})
	};
}

/** The flag goes before the file, and that before the environment, as OpenTelemetry has it. @throws InputError */
function otlpIn(
	{ otlp, otlpShare }: ProxyFlags,
	file: NonNullable<ProxySettingsInput['proxy']>['otlp']
): unknown {
	const { OTEL_EXPORTER_OTLP_ENDPOINT: usual = '', OTEL_SDK_DISABLED: off } = process.env;
	const named = usual === '' || off === 'true' ? undefined : usual;
	const before =
		file !== undefined || named === undefined
			? file
			: { endpoint: endpointOf('OTEL_EXPORTER_OTLP_ENDPOINT')(named) };
	const flags = given({ endpoint: otlp, share: otlpShare });
	if (Object.keys(flags).length === 0) return before;
	if (otlp === undefined && before == null)
		throw new InputError('--otlp-share says how many traces are sent to a collector: give --otlp as well.');
	return { ...before, ...flags };
}

function isMap(value: unknown): boolean {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without those that were not given. */
function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Undefined where nothing of it was given. */
function merged(file: object | null | undefined, flags: Record<string, unknown>): object | undefined {
	return Object.keys(flags).length === 0 ? undefined : { ...file, ...flags };
}

/** What the proxy itself wants to know. @throws InputError for files that cannot be read. */
export async function optionsOf(settings: ProxySettings): Promise<ProxyOptions> {
	const { servers, strategy, seed, key, balancer, proxy } = settings;
	const { host, port, maxConnections, ca } = proxy;
	return {
		backends: servers.map(({ limit, ...server }) => ({ ...server, ...(limit !== null && { limit }) })),
		strategy,
		seed,
		key,
		rules: hostRulesOf(balancer),
		timeoutMs: balancer.timeoutMs,
		backoff: balancer.backoff,
		budget: balancer.budget,
		hedgeMs: balancer.hedgeMs,
		most: balancer.most,
		checks: balancer.checks,
		connectTimeoutMs: proxy.connectTimeoutMs,
		bodyTimeoutMs: proxy.bodyTimeoutMs,
		headerTimeoutMs: proxy.headerTimeoutMs,
		trust: proxy.trust,
		forwarded: proxy.forwarded,
		hostHeader: proxy.hostHeader,
		trace: proxy.trace,
		host,
		port,
		tls: await tlsOf(proxy.tls),
		ca: ca === null ? undefined : await authoritiesOf(ca),
		...(maxConnections !== null && { maxConnections })
	};
}

async function tlsOf(files: ListenSettings['tls']): Promise<ProxyOptions['tls']> {
	if (files === null) return undefined;
	const tls = { cert: await textOf(files.cert, most), key: await textOf(files.key, most) };
	const certificate = certificateIn(tls.cert, files.cert);
	const key = pem(files.key, 'private key', () => createPrivateKey(tls.key));
	if (!certificate.checkPrivateKey(key))
		throw new InputError(
			`${files.key} is not the key of the certificate in ${files.cert}: give two that belong together.`
		);
	pem(files.cert, 'certificate that may be used', () => createSecureContext(tls));
	return tls;
}

async function authoritiesOf(file: string): Promise<string> {
	const text = await textOf(file, most);
	certificateIn(text, file);
	return text;
}

/** The first of them. @throws InputError */
function certificateIn(text: string, file: string): X509Certificate {
	return pem(file, 'certificate', () => new X509Certificate(text));
}

function pem<T>(file: string, what: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		throw new InputError(
			`${file} has no ${what} (${(error as Error).message}): give a PEM file with one, without a password.`
		);
	}
}
