import { addressForm, HostRulesSchema } from '#record/rules.ts';
import { canonical, type ClusterPlan, type PlannedServer } from '../cluster.ts';
import type { Read } from '../dialect.ts';
import { assertServers, idFrom, plainText, Remarks } from '../source.ts';
import { codeOf, lineOf, type Code } from './code.ts';

/**
 * A Go program of the usual shape, `httputil.ReverseProxy` before a list of addresses, as a plan. It is recognised by what
 * it calls, and neither compiled nor run. @throws InputError when no address is found in it, or it is no text
 */
export function readGo(source: string): Read {
	const text = plainText(source, 'main.go');
	const remarks = new Remarks();
	const code = codeOf(text);
	const servers = serversIn(code);
	assertServers(servers, remarks.all, {
		file: 'main.go',
		text,
		line: code.bare.includes('ReverseProxy') ? lineOf(code, /ReverseProxy/) : undefined,
		wanted: 'addresses such as "http://localhost:8000"'
	});
	if (!takesTurns(code))
		remarks.add(
			lineOf(code, /ReverseProxy/),
			'ReverseProxy',
			'How it chooses was not recognised: round robin stands in.'
		);
	remarks.add(
		lineOf(code, /ReverseProxy|package/),
		'package main',
		'A program can do anything: its addresses, its turns and its timeouts were recognised, and the rest was not read.'
	);
	const plan = canonical({
		title: '',
		frontend: frontendOf(code),
		servers,
		strategy: { name: 'round-robin', knobs: {} },
		key: { by: 'address' },
		balancer: {
			...HostRulesSchema.parse({
				panic: code.bare.includes('for _, panicking'),
				again: false,
				retries: Math.min(10, numberIn(code, /attempt < (\d+)/) ?? 0),
				health: healthOf(code),
				sticky: code.bare.includes('r.Cookie(')
			}),
			timeoutMs: timeIn(code, 'ResponseHeaderTimeout:'),
			backoff: { baseMs: 0, mostMs: 10_000, jitter: true },
			budget: null,
			hedgeMs: null,
			cancel: true,
			most: numberIn(code, /atMost\((\d+),/) ?? null,
			checks: checksOf(code),
			gates: 1,
			sees: 'own',
			everyMs: 0,
			delayMs: 0,
			perConnection: 1
		},
		autoscaler: null,
		checkPath: /"http:\/\/" \+ address \+ "([^"]+)"/.exec(code.bare)?.[1] ?? '/healthz',
		connectMs: timeIn(code, 'Dialer{Timeout:'),
		clientMs: timeIn(code, 'IdleTimeout:'),
		retryOn: code.bare.includes('== nil && failed') ? 'any' : 'connection',
		processMax: null
	});
	return { plan, remarks: remarks.all };
}

function frontendOf({ bare }: Code): string {
	const said = bare.match(/ListenAndServe(?:TLS)?\("[^)]*|\bAddr:[^,\n]*/)?.[0] ?? '';
	const [, host = '', port = '8080'] = /"([\w.[\]:]*):(\d{1,5})"/.exec(said) ?? [];
	return `${host === '' ? '*' : host}:${port}`;
}

function checksOf(code: Code): ClusterPlan['balancer']['checks'] {
	const [, fall, rise] = /const fall, rise = (\d+), (\d+)/.exec(code.bare) ?? [];
	const everyMs = timeIn(code, 'NewTicker(');
	if (fall === undefined || rise === undefined || everyMs === null) return null;
	const tcp = code.bare.includes('net.DialTimeout(');
	return {
		everyMs,
		timeoutMs: timeIn(code, tcp ? 'DialTimeout("tcp", address,' : 'http.Client{Timeout:') ?? everyMs,
		fall: Number(fall),
		rise: Number(rise),
		probe: tcp ? 'tcp' : 'http'
	};
}

function healthOf(code: Code): ClusterPlan['balancer']['health'] {
	const fall = numberIn(code, /failed >= (\d+)/);
	const ejectMs = timeIn(code, 'time.Now().Add(');
	return fall === undefined || ejectMs === null ? null : { fall, ejectMs, rule: 'in-a-row' };
}

function numberIn({ bare }: Code, pattern: RegExp): number | undefined {
	const found = pattern.exec(bare)?.[1];
	return found === undefined ? undefined : Number(found);
}

/** `after 5 * time.Second`, in milliseconds; null where it does not stand. */
function timeIn({ bare }: Code, after: string): number | null {
	const at = bare.indexOf(after);
	if (at < 0) return null;
	const [, count, unit] =
		/^\s*(\d+)\s*\*\s*time\.(Minute|Second|Millisecond)/.exec(bare.slice(at + after.length)) ?? [];
	return count === undefined ? null : Number(count) * (units[unit ?? ''] ?? 1);
}

const units: Readonly<Record<string, number>> = { Minute: 60_000, Second: 1000, Millisecond: 1 };

/** `Host: "localhost:8000"` and `"http://localhost:8000"`. */
function serversIn({ bare }: Code): readonly PlannedServer[] {
	const taken = new Set<string>();
	const found = bare.matchAll(
		/(?:\bname: "([\w.:-]+)", address: "([^"\n]+)"([^}\n]*)\}|\bHost:\s*"([^"\n]+)"|"https?:\/\/([^"/\n]+)\/?")/g
	);
	const servers: PlannedServer[] = [];
	for (const [, name, own, rest = '', host, url] of found) {
		const where = own ?? host ?? url ?? '';
		const address = /:\d+$/.test(where) ? where : `${where}:80`;
		if (!addressForm.test(address) || where === 'servers' || taken.has(address)) continue;
		taken.add(address);
		const limit = /limit: (\d+)/.exec(rest)?.[1];
		servers.push({
			id: idFrom(name ?? address, new Set(servers.map(({ id }) => id))),
			address,
			weight: Number(/weight: (\d+)/.exec(rest)?.[1] ?? 1),
			limit: limit === undefined ? null : Number(limit),
			backup: rest.includes('backup: true')
		});
	}
	return servers;
}

function takesTurns({ bare }: Code): boolean {
	return /=\s*append\(\s*(\w+)\[1:\]|%\s*(?:uint\w*\()?len\(|atomic\.Add/.test(bare);
}
