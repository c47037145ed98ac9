import { addressForm, HostRulesSchema } from '#record/rules.ts';
import { canonical, type ClusterPlan, type PlannedServer } from '../cluster.ts';
import type { Read } from '../dialect.ts';
import { assertServers, idFrom, milliseconds, type Remarks } from '../source.ts';
import { flat, parseNginx, type Directive } from './parse.ts';
import { strategyFrom } from './strategies.ts';

/** An nginx.conf as a plan. @throws InputError when there is no server in it, or it is no text. */
export function readNginx(text: string): Read {
	const { directives, remarks } = parseNginx(text);
	const site = siteOf(directives);
	const { servers, health } = serversOf(site, remarks);
	sayWhatIsLeft(directives, site, remarks);
	assertServers(servers, remarks.all, {
		file: 'nginx.conf',
		text,
		line: (site.upstream ?? site.pass ?? site.server)?.line,
		wanted: 'an upstream block with a line such as "server 10.0.0.1:8000;"'
	});
	return { plan: canonical(planOf(site, servers, health, remarks)), remarks: remarks.all };
}

/** The upstream that is passed to, and what holds where that is said. */
export interface Site {
	readonly upstream: Directive | undefined;
	/** `proxy_pass` and the blocks around it, innermost first. */
	readonly pass: Directive | undefined;
	readonly around: readonly (readonly Directive[])[];
	readonly server: Directive | undefined;
	readonly top: readonly Directive[];
}

export function siteOf(top: readonly Directive[]): Site {
	// A file may be a whole nginx.conf, or only what conf.d holds.
	const http = top.find(({ name }) => name === 'http')?.block ?? top;
	const upstreams = flat(http).filter(({ name, block }) => name === 'upstream' && block !== undefined);
	for (const server of http.filter(({ name, block }) => name === 'server' && block !== undefined)) {
		const inside = server.block ?? [];
		for (const location of [...inside.filter(({ name }) => name === 'location'), server]) {
			const pass = location.block?.find(({ name }) => name === 'proxy_pass');
			const [, target] = /^https?:\/\/([^/]+)/.exec(pass?.args[0] ?? '') ?? [];
			const upstream = upstreams.find(({ args }) => args[0] === target);
			if (pass === undefined || (upstream === undefined && upstreams.length > 0)) continue;
			return { upstream, pass, around: [location.block ?? [], inside, http], server, top };
		}
	}
	return { upstream: upstreams[0], pass: undefined, around: [http], server: undefined, top };
}

/** The innermost directive of that name. */
export function settingOf({ around }: Site, name: string): Directive | undefined {
	for (const block of around) {
		const found = block.find((one) => one.name === name);
		if (found !== undefined) return found;
	}
	return undefined;
}

type Health = ClusterPlan['balancer']['health'];

function serversOf(
	{ upstream, pass }: Site,
	remarks: Remarks
): { readonly servers: readonly PlannedServer[]; readonly health: Health } {
	const taken = new Set<string>();
	const [, direct] = /^https?:\/\/([^/$]+)/.exec(pass?.args[0] ?? '') ?? [];
	const lines: readonly Directive[] =
		upstream?.block?.filter(({ name }) => name === 'server') ??
		(direct === undefined ? [] : [{ name: 'server', args: [direct], line: pass?.line ?? 1 }]);
	let health: Health | undefined;
	const servers = lines.flatMap((entry): PlannedServer[] => {
		const [where = '', ...words] = entry.args;
		const text = `server ${entry.args.join(' ')};`;
		const address = /:\d+$/.test(where) ? where : `${where}:80`;
		if (!addressForm.test(address)) {
			remarks.add(
				entry.line,
				text,
				`"${where}" is no host and port that can be reached from here: left out.`
			);
			return [];
		}
		const id = idFrom(address, taken);
		taken.add(id);
		const options = new Map(words.map((word) => word.split(/=(.*)/s, 2) as [string, string | undefined]));
		const odd = [...options.keys()].filter((word) => !known.has(word));
		if (odd.length > 0) remarks.add(entry.line, text, `Not taken over of this server: ${odd.join(', ')}.`);
		const fall = whole(options.get('max_fails'), 1);
		const ejectMs = milliseconds(options.get('fail_timeout'), 's') ?? 10_000;
		const own: Health = fall === 0 ? null : { fall: Math.min(100, fall), ejectMs, rule: 'max-fails' };
		if (health === undefined) health = own;
		else if (JSON.stringify(health) !== JSON.stringify(own))
			remarks.add(
				entry.line,
				text,
				'Its max_fails and fail_timeout are others than the first server’s, which hold for all here.'
			);
		const limit = whole(options.get('max_conns'), 0);
		return [
			{
				id,
				address,
				weight: options.has('down') ? 0 : Math.min(1000, whole(options.get('weight'), 1)),
				limit: limit === 0 ? null : limit,
				backup: options.has('backup')
			}
		];
	});
	// A server that is alone is never given up on.
	return { servers, health: servers.length < 2 ? null : (health ?? null) };
}

const known: ReadonlySet<string> = new Set([
	...['weight', 'max_conns', 'max_fails', 'fail_timeout', 'backup', 'down']
]);

const methods: ReadonlySet<string> = new Set([
	'least_conn',
	'ip_hash',
	'hash',
	'random',
	'least_time',
	'sticky'
]);

function planOf(
	site: Site,
	servers: readonly PlannedServer[],
	health: Health,
	remarks: Remarks
): ClusterPlan {
	const method = site.upstream?.block?.find(({ name }) => methods.has(name));
	const said = strategyFrom(method === undefined ? [''] : [method.name, ...method.args]);
	if (said === undefined && method !== undefined)
		remarks.add(
			method.line,
			[method.name, ...method.args].join(' '),
			'This method is not on our shelf: weighted round robin stands in.'
		);
	const ms = (name: string): number | null => milliseconds(settingOf(site, name)?.args[0], 's') ?? null;
	const conditions = settingOf(site, 'proxy_next_upstream')?.args ?? ['error', 'timeout'];
	const tries = whole(settingOf(site, 'proxy_next_upstream_tries')?.args[0], 0);
	const most = settingOf(site, 'limit_conn')?.args[1];
	const events = site.top.find(({ name }) => name === 'events')?.block ?? [];
	const connections = events.find(({ name }) => name === 'worker_connections')?.args[0];
	return {
		title: '',
		frontend: listenOf(site.server?.block?.find(({ name }) => name === 'listen')?.args[0]),
		servers,
		strategy: said?.strategy ?? { name: 'smooth-weighted-round-robin', knobs: {} },
		key: said?.key ?? { by: 'address' },
		balancer: {
			...HostRulesSchema.parse({
				retries: conditions.includes('off') ? 0 : Math.min(10, (tries === 0 ? servers.length : tries) - 1),
				redispatch: 'always',
				again: false,
				health,
				panic: false,
				backups: 'all'
			}),
			// NGINX's own default is a minute.
			timeoutMs: ms('proxy_read_timeout') ?? 60_000,
			backoff: { baseMs: 0, mostMs: 10_000, jitter: true },
			budget: null,
			hedgeMs: null,
			cancel: true,
			most: most === undefined ? null : Math.max(1, whole(most, 1)),
			checks: null,
			gates: gatesOf(site, remarks),
			sees: 'own',
			everyMs: 0,
			delayMs: 0,
			perConnection: 1
		},
		autoscaler: null,
		checkPath: '/healthz',
		connectMs: ms('proxy_connect_timeout') ?? 60_000,
		clientMs: ms('send_timeout') ?? 60_000,
		retryOn: conditions.some((word) => word.startsWith('http_')) ? 'any' : 'connection',
		processMax: connections === undefined ? null : whole(connections, 512)
	};
}

/** Without a zone every worker process is a balancer of its own. */
function gatesOf({ upstream, top }: Site, remarks: Remarks): number {
	const workers = top.find(({ name }) => name === 'worker_processes');
	if (workers === undefined || upstream === undefined || zoneOf(upstream)) return 1;
	const [count = '1'] = workers.args;
	const text = `worker_processes ${count}`;
	const gates = count === 'auto' ? 4 : Math.min(100, Math.max(1, whole(count, 1)));
	if (gates > 1)
		remarks.add(
			workers.line,
			text,
			`The upstream has no zone, so each worker counts for itself: ${count === 'auto' ? 'four' : count} gates on the stage.`
		);
	return gates;
}

export function zoneOf(upstream: Directive): boolean {
	return upstream.block?.some(({ name }) => name === 'zone') === true;
}

function listenOf(word: string | undefined): string {
	if (word === undefined) return '*:80';
	if (/^\d{1,5}$/.test(word)) return `*:${word}`;
	return /^(\[[0-9A-Fa-f:.]+\]|[\w.-]+|\*):\d{1,5}$/.test(word) ? word : '*:80';
}

/** Taken over above, or beside who serves whom. */
const passed: ReadonlySet<string> = new Set([
	...['http', 'events', 'server', 'upstream', 'location', 'zone', 'listen', 'proxy_pass', 'worker_processes'],
	...['worker_connections', 'keepalive', 'keepalive_timeout', 'keepalive_requests', 'proxy_next_upstream'],
	...['proxy_next_upstream_tries', 'proxy_connect_timeout', 'proxy_read_timeout', 'proxy_send_timeout'],
	...['send_timeout', 'client_body_timeout', 'client_header_timeout', 'limit_conn', 'limit_conn_zone'],
	...[
		'limit_conn_status',
		'proxy_http_version',
		'proxy_set_header',
		'server_name',
		'access_log',
		'error_log'
	],
	...[
		'log_format',
		'pid',
		'user',
		'daemon',
		'worker_shutdown_timeout',
		'default_type',
		'sendfile',
		'tcp_nopush'
	],
	...[
		'tcp_nodelay',
		'server_tokens',
		'gzip',
		'types',
		'root',
		'index',
		'ssl_certificate',
		'ssl_certificate_key'
	],
	...['ssl_protocols', 'ssl_ciphers', 'worker_rlimit_nofile', 'client_max_body_size', 'proxy_buffering'],
	...methods
]);

function sayWhatIsLeft(directives: readonly Directive[], site: Site, remarks: Remarks): void {
	for (const one of directives) {
		const { name, args, line, block = [] } = one;
		const text = [name, ...args].join(' ');
		const other =
			(name === 'upstream' && one !== site.upstream) ||
			(name === 'server' && block.length > 0 && one !== site.server);
		if (other && (site.server !== undefined || name === 'upstream'))
			remarks.add(line, text, 'One cluster fits on the stage: this block was left out.');
		else if (name === 'include')
			remarks.add(line, text, 'Files are not opened from here: paste what is in it.');
		else if (!passed.has(name)) remarks.add(line, text, 'Not known here: left out.');
		else if (name !== 'types' && name !== 'upstream') sayWhatIsLeft(block, site, remarks);
		else if (name === 'upstream')
			sayWhatIsLeft(
				block.filter(({ name }) => name !== 'server'),
				site,
				remarks
			);
	}
}

function whole(text: string | undefined, otherwise: number): number {
	return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
}
