import { HostRulesSchema } from '#record/rules.ts';
import { canonical, type ClusterPlan, type PlannedServer } from '../cluster.ts';
import type { Read } from '../dialect.ts';
import { assertServers, idFrom, milliseconds } from '../source.ts';
import { addressForm } from '#record/rules.ts';
import { nameOf, parseHaproxy, Settings, type Entry, type Parsed, type Section } from './parse.ts';
import { strategyFrom } from './strategies.ts';
import { endless } from './write.ts';

/** A haproxy.cfg as a plan. @throws InputError when there is no server in it, or it is no text. */
export function readHaproxy(text: string): Read {
	const parsed = parseHaproxy(text);
	const proxies = proxiesOf(parsed);
	const { servers, sticky } = serversOf(proxies, parsed);
	assertServers(servers, parsed.remarks.all, {
		file: 'haproxy.cfg',
		text,
		line: proxies.back?.line,
		wanted: 'a line such as "server web1 10.0.0.1:8000 check"'
	});
	const plan = planOf(proxies, servers, sticky, parsed);
	return { plan: canonical(plan), remarks: parsed.remarks.all };
}

/** The frontend that clients come to, the backend that it sends them to, and what holds there. */
export interface Proxies {
	readonly globals: Settings;
	readonly front: Section | undefined;
	readonly back: Section | undefined;
	readonly frontSettings: Settings;
	readonly settings: Settings;
	readonly servers: readonly Entry[];
	/** `default-server` lines that hold for them. */
	readonly defaults: readonly Entry[];
	/** Lines that may stand more than once: `http-request` and the like. */
	readonly rules: readonly Entry[];
}

const repeated: ReadonlySet<string> = new Set([
	...['server', 'default-server', 'http-request', 'http-response', 'http-check', 'tcp-request', 'tcp-check'],
	...['acl', 'use_backend', 'bind', 'stats', 'log', 'errorfile', 'server-template', 'stick', 'stick-table']
]);

export function proxiesOf({ sections, remarks }: Parsed): Proxies {
	const globals = new Settings();
	const fronts = sections.filter(({ kind }) => kind === 'frontend' || kind === 'listen');
	const backs = sections.filter(({ kind }) => kind === 'backend' || kind === 'listen');
	const withServers = (section: Section): boolean =>
		section.entries.some(({ words }) => words[0] === 'server');
	const front = fronts.find(({ kind }) => kind === 'frontend') ?? fronts.find(withServers);
	const wanted = front?.entries.find(({ words }) => words[0] === 'default_backend')?.words[1];
	const back =
		backs.find(({ name }) => name === wanted) ??
		(front?.kind === 'listen' ? front : (backs.find(withServers) ?? backs[0]));
	for (const section of sections) {
		const used = section === front || section === back || ['global', 'defaults'].includes(section.kind);
		if (!used)
			remarks.add(
				section.line,
				`${section.kind} ${section.name}`,
				'One cluster fits on the stage: this section was left out.'
			);
	}
	const rules: Entry[] = [];
	const servers: Entry[] = [];
	const defaultServers: Entry[] = [];
	const take = (section: Section, settings: Settings): void => {
		for (const entry of section.entries) {
			const [word = ''] = entry.words;
			if (word === 'server') servers.push(entry);
			else if (word === 'default-server') defaultServers.push(entry);
			else if (repeated.has(word)) rules.push(entry);
			else settings.take(entry);
		}
	};
	const frontSettings = new Settings();
	const settings = new Settings();
	for (const section of sections) {
		if (section.kind === 'global') take(section, globals);
		if (section.kind !== 'defaults') continue;
		take(section, settings);
		for (const entry of section.entries) if (!repeated.has(entry.words[0] ?? '')) frontSettings.take(entry);
	}
	if (front !== undefined) take(front, front === back ? settings : frontSettings);
	if (back !== undefined && back !== front) take(back, settings);
	return { globals, front, back, frontSettings, settings, servers, defaults: defaultServers, rules };
}

/** A server's words by name; a word that takes none has the value ''. */
export function optionsOf({ words }: Entry, skip: number): ReadonlyMap<string, string> {
	const options = new Map<string, string>();
	for (let i = skip; i < words.length; i++) {
		const word = words[i] ?? '';
		options.set(word, valued.has(word) ? (words[++i] ?? '') : '');
	}
	return options;
}

const valued: ReadonlySet<string> = new Set([
	...['inter', 'fastinter', 'downinter', 'fall', 'rise', 'weight', 'maxconn', 'minconn', 'maxqueue', 'id'],
	...['cookie', 'slowstart', 'observe', 'error-limit', 'on-error', 'on-marked-down', 'on-marked-up', 'port'],
	...['addr', 'init-addr', 'resolvers', 'track', 'agent-port', 'agent-inter', 'verify', 'ca-file', 'sni'],
	...['crt', 'alpn', 'proto', 'source', 'pool-max-conn', 'pool-purge-delay', 'check-sni', 'tcp-ut']
]);

const knownOptions: ReadonlySet<string> = new Set([
	...['check', 'inter', 'fall', 'rise', 'weight', 'maxconn', 'cookie', 'slowstart', 'observe', 'error-limit'],
	...['on-error', 'backup', 'disabled', 'init-addr', 'no-check', 'enabled']
]);

function serversOf(
	{ servers: entries, defaults }: Proxies,
	{ remarks }: Parsed
): { readonly servers: readonly PlannedServer[]; readonly sticky: boolean } {
	const taken = new Set<string>();
	const common = new Map(defaults.flatMap((entry) => [...optionsOf(entry, 1)]));
	let sticky = false;
	const servers = entries.flatMap((entry): PlannedServer[] => {
		const [, name = '', where = ''] = entry.words;
		const address = /:\d+$/.test(where) || where === '' ? where : `${where}:80`;
		if (!addressForm.test(address)) {
			remarks.add(
				entry.line,
				entry.text,
				`"${where}" is no host and port that can be reached from here: left out.`
			);
			return [];
		}
		const id = idFrom(name, taken);
		if (id !== name) remarks.add(entry.line, entry.text, `It is called "${id}" here.`);
		taken.add(id);
		const own = optionsOf(entry, 3);
		const odd = [...own.keys()].filter((word) => !knownOptions.has(word));
		if (odd.length > 0)
			remarks.add(entry.line, entry.text, `Not taken over of this server: ${odd.join(', ')}.`);
		const options = new Map([...common, ...own]);
		const disabled = options.has('disabled');
		if (disabled) remarks.add(entry.line, entry.text, 'A disabled server has the weight 0 here.');
		sticky ||= options.has('cookie');
		const maxconn = wholeOf(options.get('maxconn'), 0);
		const weight = Math.min(256, wholeOf(options.get('weight'), 1));
		return [
			{
				id,
				address,
				weight: disabled ? 0 : weight,
				limit: maxconn === 0 ? null : Math.min(maxconn, endless),
				backup: options.has('backup')
			}
		];
	});
	return { servers, sticky };
}

function planOf(
	proxies: Proxies,
	servers: readonly PlannedServer[],
	cookies: boolean,
	{ remarks }: Parsed
): ClusterPlan {
	const { settings, frontSettings, globals, rules, front } = proxies;
	const balance = settings.rest('balance') ?? ['roundrobin'];
	const factor = wholeOf(settings.rest('hash-balance-factor')?.[0], 0);
	const said = strategyFrom(balance, settings.rest('hash-type') ?? [], factor);
	const balanceEntry = settings.get('balance');
	if (said === undefined && balanceEntry !== undefined)
		remarks.add(
			balanceEntry.line,
			balanceEntry.text,
			'This algorithm is not on our shelf: round robin stands in.'
		);
	const timeout = (name: string, from = settings): number | null =>
		milliseconds(from.rest(`timeout ${name}`)?.[0], 'ms') ?? null;
	const connectMs = timeout('connect');
	const retries = Math.min(10, wholeOf(settings.rest('retries')?.[0], 3));
	const clings = /^haproxy-(hash|source)/.test(said?.strategy.name ?? '');
	const every = settings.rest('option redispatch');
	const redispatch = every === undefined || (clings && every[0] !== '1') ? 'never' : 'avoid';
	if (every !== undefined && redispatch === 'never') {
		const entry = settings.get('option redispatch');
		if (entry !== undefined)
			remarks.add(
				entry.line,
				entry.text,
				'With a hash it moves a request only at the last try: on the stage it never does.'
			);
	}
	const pause = Math.min(1000, connectMs ?? 1000);
	const retryOn = settings.rest('retry-on') === undefined ? 'connection' : 'any';
	const checks = checksOf(proxies);
	const observed = observedOf(proxies);
	const bind =
		rules.find(({ words }) => words[0] === 'bind') ?? front?.entries.find(({ words }) => words[0] === 'bind');
	sayWhatIsLeft(proxies, remarks);
	return {
		title: '',
		frontend: bindOf(bind?.words[1]),
		servers,
		strategy: said?.strategy ?? { name: 'haproxy-round-robin', knobs: {} },
		key: said?.key ?? { by: 'address' },
		balancer: {
			...HostRulesSchema.parse({
				retries,
				redispatch,
				panic: false,
				backups: settings.get('option allbackups') === undefined ? 'first' : 'group',
				health:
					observed === undefined
						? null
						: { fall: observed, ejectMs: (checks?.everyMs ?? 2000) * (checks?.rise ?? 2) },
				slowStartMs: slowStartOf(proxies),
				queue: queueOf(proxies, connectMs),
				sticky: cookies && settings.get('cookie') !== undefined
			}),
			timeoutMs: timeout('server'),
			backoff:
				redispatch === 'never'
					? { baseMs: pause, mostMs: pause, jitter: false }
					: { baseMs: 0, mostMs: 10_000, jitter: true },
			budget: null,
			hedgeMs: null,
			cancel: true,
			most: mostOf(proxies),
			checks: checks === undefined ? null : { ...checks, timeoutMs: timeout('check') ?? checks.everyMs },
			gates: 1,
			sees: 'own',
			everyMs: 0,
			delayMs: 0,
			perConnection: 1
		},
		autoscaler: null,
		checkPath:
			settings
				.rest('option httpchk')
				?.at(-1)
				?.match(/^\/[\w./~%-]{0,200}$/)?.[0] ?? '/healthz',
		connectMs,
		clientMs: timeout('client', front?.kind === 'listen' ? settings : frontSettings),
		retryOn,
		processMax: numberOr(globals.rest('maxconn')?.[0], null)
	};
}

type Checks = NonNullable<ClusterPlan['balancer']['checks']>;

/** What the servers that are checked have in common; HAProxy's own defaults where nothing is said. */
function checksOf({ servers, defaults, settings }: Proxies): Omit<Checks, 'timeoutMs'> | undefined {
	const common = defaults.flatMap((entry) => [...optionsOf(entry, 1)]);
	const checked = servers
		.map((entry) => new Map([...common, ...optionsOf(entry, 3)]))
		.find((options) => options.has('check') && !options.has('no-check'));
	if (checked === undefined) return undefined;
	return {
		everyMs: Math.max(1, milliseconds(checked.get('inter'), 'ms') ?? 2000),
		fall: Math.max(1, wholeOf(checked.get('fall'), 3)),
		rise: Math.max(1, wholeOf(checked.get('rise'), 2)),
		probe: settings.get('option httpchk') === undefined ? 'tcp' : 'http'
	};
}

function observedOf({ servers, defaults }: Proxies): number | undefined {
	const common = defaults.flatMap((entry) => [...optionsOf(entry, 1)]);
	const watched = servers
		.map((entry) => new Map([...common, ...optionsOf(entry, 3)]))
		.find((options) => options.has('observe') && options.get('on-error') === 'mark-down');
	return watched === undefined ? undefined : Math.max(1, wholeOf(watched.get('error-limit'), 10));
}

function slowStartOf({ servers, defaults }: Proxies): number | null {
	const common = defaults.flatMap((entry) => [...optionsOf(entry, 1)]);
	const slow = servers
		.map((entry) => milliseconds(new Map([...common, ...optionsOf(entry, 3)]).get('slowstart'), 'ms'))
		.find((ms) => ms !== undefined && ms > 0);
	return slow ?? null;
}

/** `timeout queue`, else as long as connecting may take; 1 ms is nobody. */
function queueOf(
	{ settings, rules }: Proxies,
	connectMs: number | null
): { readonly limit: number; readonly timeoutMs: number | null } | null {
	const said = milliseconds(settings.rest('timeout queue')?.[0], 'ms');
	const patience = said ?? connectMs;
	if (said !== undefined && said <= 1) return null;
	return {
		limit: Math.max(1, limitIn(rules, 'queue') ?? endless),
		timeoutMs: patience === 86_400_000 ? null : patience
	};
}

function mostOf({ rules }: Proxies): number | null {
	return limitIn(rules, 'be_conn');
}

/** `http-request deny deny_status 503 if { queue(…) ge 200 }`. */
function limitIn(rules: readonly Entry[], sample: 'queue' | 'be_conn'): number | null {
	for (const { words } of rules) if (isLimit(words, sample)) return wholeOf(words.at(-2), 1);
	return null;
}

function isLimit(words: readonly string[], sample: string): boolean {
	const [request, deny] = words;
	const asks = words.at(-4)?.startsWith(`${sample}(`) === true || words.at(-4) === sample;
	return (
		request === 'http-request' && deny === 'deny' && asks && words.at(-3) === 'ge' && words.at(-1) === '}'
	);
}

function bindOf(word: string | undefined): string {
	const [, host = '', port] = /^(.*):(\d{1,5})$/.exec(word ?? '') ?? [];
	if (port === undefined) return '*:8080';
	return /^(\[[0-9A-Fa-f:.]+\]|[\w.-]+)$/.test(host) ? `${host}:${port}` : `*:${port}`;
}

/** Taken over above. */
const understood: ReadonlySet<string> = new Set([
	...[
		'balance',
		'hash-type',
		'hash-balance-factor',
		'retries',
		'retry-on',
		'cookie',
		'default_backend',
		'mode'
	],
	...['timeout connect', 'timeout client', 'timeout server', 'timeout queue', 'timeout check'],
	...['option redispatch', 'option allbackups', 'option httpchk']
]);

/** They do not change who serves whom. */
const aside: ReadonlySet<string> = new Set([
	...[
		'daemon',
		'log',
		'user',
		'group',
		'chroot',
		'pidfile',
		'master-worker',
		'stats',
		'errorfile',
		'ca-base'
	],
	...['crt-base', 'nbthread', 'option httplog', 'option dontlognull', 'option forwardfor', 'log-format'],
	...[
		'timeout http-request',
		'timeout http-keep-alive',
		'hard-stop-after',
		'ulimit-n',
		'http-check',
		'http-response'
	],
	...[
		'timeout client-fin',
		'timeout server-fin',
		'timeout tunnel',
		'timeout tarpit',
		'option http-keep-alive'
	],
	...[
		'option http-server-close',
		'option httpclose',
		'option tcplog',
		'http-reuse',
		'option log-health-checks'
	]
]);

function sayWhatIsLeft(
	{ globals, settings, frontSettings, rules }: Proxies,
	remarks: Parsed['remarks']
): void {
	const seen = new Set<Entry>();
	const entries = [...globals.entries(), ...frontSettings.entries(), ...settings.entries()].map(
		([, entry]) => entry
	);
	for (const entry of [...entries, ...rules]) {
		if (seen.has(entry)) continue;
		seen.add(entry);
		const { words, line, text } = entry;
		const name = nameOf(words);
		if (name === 'maxconn') {
			remarks.add(
				line,
				text,
				'It is for the whole process: who comes after these waits in the kernel. The stage has no such line.'
			);
		} else if (name === 'mode' && words[1] !== 'http') {
			remarks.add(line, text, 'It balances connections, not requests; the stage sends requests.');
		} else if (name === 'bind' || name === 'http-request') {
			if (!isUnderstoodRule(words)) remarks.add(line, text, 'Not known here: left out.');
		} else if (!understood.has(name) && !aside.has(name)) {
			remarks.add(line, text, 'Not known here: left out.');
		}
	}
}

function isUnderstoodRule(words: readonly string[]): boolean {
	if (words[0] === 'bind') return true;
	const [, action = '', header = ''] = words;
	if (action === 'set-header' || action === 'del-header') return /^x-(forwarded|client)/i.test(header);
	return action === 'disable-l7-retry' || isLimit(words, 'queue') || isLimit(words, 'be_conn');
}

function wholeOf(text: string | undefined, otherwise: number): number {
	return numberOr(text, otherwise);
}

function numberOr<T>(text: string | undefined, otherwise: T): number | T {
	return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
}
