import { addressForm, HostRulesSchema } from '#record/rules.ts';
import { canonical, type ClusterPlan, type PlannedServer } from '../cluster.ts';
import type { Read } from '../dialect.ts';
import { assertServers, idFrom, milliseconds, type Remarks } from '../source.ts';
import { flat, parseCaddy, type Directive } from './parse.ts';
import { strategyFrom } from './strategies.ts';

/** A Caddyfile as a plan. @throws InputError when there is no server in it, or it is no text. */
export function readCaddy(text: string): Read {
	const { directives, remarks } = parseCaddy(text);
	const site = siteOf(directives);
	const servers = serversOf(site, remarks);
	sayWhatIsLeft(directives, site, remarks);
	assertServers(servers, remarks.all, {
		file: 'Caddyfile',
		text,
		line: site.proxy?.line,
		wanted: 'a line such as "reverse_proxy localhost:8000 localhost:8001"'
	});
	return { plan: canonical(planOf(site, servers, remarks)), remarks: remarks.all };
}

export interface Site {
	/** `reverse_proxy`, and the block around it. */
	readonly proxy: Directive | undefined;
	readonly site: Directive | undefined;
	/** The options block at the top. */
	readonly options: Directive | undefined;
}

export function siteOf(directives: readonly Directive[]): Site {
	const options = directives.find(({ name, block }) => name === '' && block !== undefined);
	for (const site of directives) {
		if (site === options) continue;
		const proxy = flat([site]).find(({ name }) => name === 'reverse_proxy');
		if (proxy !== undefined) return { proxy, site: proxy === site ? undefined : site, options };
	}
	return { proxy: undefined, site: undefined, options };
}

/** A directive inside the proxy's block. */
export function settingOf({ proxy }: Site, name: string): Directive | undefined {
	return flat(proxy?.block ?? []).find((one) => one.name === name);
}

function serversOf({ proxy }: Site, remarks: Remarks): readonly PlannedServer[] {
	if (proxy === undefined) return [];
	const named = [proxy, ...(proxy.block ?? []).filter(({ name }) => name === 'to')];
	const taken = new Set<string>();
	return named.flatMap(({ name, args, line }) =>
		args.flatMap((where, index): PlannedServer[] => {
			// Before the servers there may stand which requests are meant.
			if (name === 'reverse_proxy' && index === 0 && /^[@/*]/.test(where)) {
				if (where !== '*')
					remarks.add(line, `${name} ${where}`, 'On the stage all requests go there, not only these.');
				return [];
			}
			const [, scheme, plain = ''] = /^(?:(\w+):\/\/)?(.*)$/.exec(where) ?? [];
			const port = scheme === 'https' ? 443 : 80;
			const address = plain.startsWith(':')
				? `localhost${plain}`
				: /:\d+$/.test(plain)
					? plain
					: `${plain}:${String(port)}`;
			if (!addressForm.test(address)) {
				remarks.add(line, where, `"${where}" is no host and port that can be reached from here: left out.`);
				return [];
			}
			const id = idFrom(address, taken);
			taken.add(id);
			return [{ id, address, weight: 1, limit: null, backup: false }];
		})
	);
}

function planOf(site: Site, servers: readonly PlannedServer[], remarks: Remarks): ClusterPlan {
	const first = (name: string): string | undefined => settingOf(site, name)?.args[0];
	const ms = (name: string): number | undefined => milliseconds(first(name), 's');
	const policy = settingOf(site, 'lb_policy');
	const said = strategyFrom(policy?.args ?? []);
	if (said === undefined && policy !== undefined)
		remarks.add(
			policy.line,
			['lb_policy', ...policy.args].join(' '),
			'This policy is not on our shelf: random, Caddy’s default, stands in.'
		);
	const limit = whole(first('unhealthy_request_count'), 0);
	const tryFor = ms('lb_try_duration') ?? 0;
	const interval = ms('lb_try_interval');
	const retries = whole(first('lb_retries'), tryFor === 0 ? 0 : 10);
	const ejectMs = ms('fail_duration') ?? 0;
	const path = first('health_uri') ?? first('health_path');
	const everyMs = ms('health_interval') ?? 30_000;
	const pause = interval ?? (tryFor > 0 ? 250 : 0);
	const timeouts = flat(site.options?.block ?? []);
	const idle = timeouts.find(({ name }) => name === 'idle');
	return {
		title: '',
		frontend: frontendOf(site.site),
		servers: servers.map((server) => ({ ...server, limit: limit === 0 ? null : limit })),
		strategy: said?.strategy ?? { name: 'random', knobs: {} },
		key: said?.key ?? { by: 'address' },
		balancer: {
			...HostRulesSchema.parse({
				retries: Math.min(10, retries),
				redispatch: 'always',
				panic: false,
				health:
					ejectMs === 0
						? null
						: { fall: Math.min(100, Math.max(1, whole(first('max_fails'), 1))), ejectMs, rule: 'max-fails' }
			}),
			timeoutMs: ms('response_header_timeout') ?? null,
			backoff:
				pause > 1
					? { baseMs: pause, mostMs: pause, jitter: false }
					: { baseMs: 0, mostMs: 10_000, jitter: true },
			budget: null,
			hedgeMs: null,
			cancel: true,
			most: null,
			checks:
				path === undefined && first('health_port') === undefined
					? null
					: { everyMs, timeoutMs: ms('health_timeout') ?? 5000, fall: 1, rise: 1, probe: 'http' },
			gates: 1,
			sees: 'own',
			everyMs: 0,
			delayMs: 0,
			perConnection: 1
		},
		autoscaler: null,
		checkPath: path !== undefined && /^\/[\w./~%-]{0,200}$/.test(path) ? path : '/healthz',
		connectMs: ms('dial_timeout') ?? 3000,
		clientMs: milliseconds(idle?.args[0], 's') ?? null,
		retryOn: 'connection',
		processMax: null
	};
}

/** `:8080`, `http://localhost:8080`, `shop.example`. */
function frontendOf(site: Directive | undefined): string {
	const bind = site?.block?.find(({ name }) => name === 'bind')?.args[0];
	const [, scheme, host = '', port] =
		/^(?:(https?):\/\/)?(\[[^\]]*\]|[^:/,]*)(?::(\d{1,5}))?/.exec(site?.name ?? '') ?? [];
	const at = port ?? (scheme === 'http' ? '80' : '443');
	const where = bind ?? host;
	return `${/^(localhost|[\d.]+|\[[0-9A-Fa-f:.]+\])$/.test(where) ? where : '*'}:${at}`;
}

/** Taken over above, or beside who serves whom. */
const passed: ReadonlySet<string> = new Set([
	...[
		'reverse_proxy',
		'to',
		'lb_policy',
		'lb_retries',
		'lb_try_duration',
		'lb_try_interval',
		'fail_duration'
	],
	...['max_fails', 'unhealthy_status', 'unhealthy_request_count', 'health_uri', 'health_path', 'health_port'],
	...[
		'health_interval',
		'health_timeout',
		'health_status',
		'transport',
		'dial_timeout',
		'response_header_timeout'
	],
	...[
		'keepalive',
		'keepalive_idle_conns',
		'keepalive_idle_conns_per_host',
		'servers',
		'timeouts',
		'read_header'
	],
	...[
		'read_body',
		'write',
		'idle',
		'grace_period',
		'bind',
		'log',
		'admin',
		'email',
		'encode',
		'header',
		'tls'
	],
	...['header_up', 'header_down', 'auto_https', 'debug', 'output', 'format', 'level', 'max_conns_per_host']
]);

function sayWhatIsLeft(
	directives: readonly Directive[],
	{ proxy, site, options }: Site,
	remarks: Remarks
): void {
	for (const one of directives) {
		const { name, args, line, block = [] } = one;
		const text = [name, ...args].join(' ');
		if (one === site || one === options || one === proxy) {
			for (const inner of flat(block)) {
				const said = [inner.name, ...inner.args].join(' ');
				if (inner.name === 'import')
					remarks.add(inner.line, said, 'Nothing is imported from here: paste what is in it.');
				else if (inner.name === 'reverse_proxy' && inner !== proxy)
					remarks.add(inner.line, said, 'One cluster fits on the stage: this one was left out.');
				else if (!passed.has(inner.name)) remarks.add(inner.line, said, 'Not known here: left out.');
			}
			// Without braces the first line is the site's address.
		} else if (name === 'import')
			remarks.add(line, text, 'Nothing is imported from here: paste what is in it.');
		else if (!passed.has(name) && (block.length > 0 || line !== directives[0]?.line))
			remarks.add(line, text, 'One cluster fits on the stage: this was left out.');
	}
}

function whole(text: string | undefined, otherwise: number): number {
	return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
}
