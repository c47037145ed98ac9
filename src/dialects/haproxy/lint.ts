import type { Edit, Finding } from '../dialect.ts';
import { milliseconds } from '../source.ts';
import { capital } from '../words.ts';
import { parseHaproxy, type Entry, type Section } from './parse.ts';
import { optionsOf, proxiesOf, type Proxies } from './read.ts';

/** What people trip over in a haproxy.cfg, as measured with HAProxy 2.6.12. @throws InputError for what is no text */
export function lintHaproxy(text: string): readonly Finding[] {
	const parsed = parseHaproxy(text);
	const proxies = proxiesOf(parsed);
	const place = placeOf(parsed.sections);
	if (proxies.servers.length === 0) return [];
	return rules.flatMap((rule) => rule(proxies, place));
}

/** Where new lines go. */
interface Place {
	/** For what holds everywhere: the end of `defaults`, or of the backend where there are none. */
	readonly defaults: number;
	/** After the backend's own first line. */
	readonly backend: number;
	readonly indent: string;
}

function placeOf(sections: readonly Section[]): Place {
	const shared = sections.find(({ kind }) => kind === 'defaults');
	const back = sections.find(
		({ kind, entries }) =>
			(kind === 'backend' || kind === 'listen') && entries.some(({ words }) => words[0] === 'server')
	);
	const first = back?.entries[0] ?? shared?.entries[0];
	return {
		defaults: afterLast(shared ?? back),
		backend: (back?.line ?? 0) + 1,
		indent: /^\s*/.exec(first?.text ?? '')?.[0] ?? '    '
	};
}

function afterLast(section: Section | undefined): number {
	return (section?.entries.at(-1)?.line ?? section?.line ?? 0) + 1;
}

type Rule = (proxies: Proxies, place: Place) => readonly Finding[];

const add = (line: number, indent: string, ...texts: readonly string[]): Edit => ({
	line,
	remove: 0,
	insert: texts.map((text) => indent + text)
});

const clings = ({ settings }: Proxies): boolean =>
	/^(source|uri|url_param|hdr)/.test(settings.rest('balance')?.[0] ?? '');

function hasChecks({ servers, defaults }: Proxies): boolean {
	return [...servers, ...defaults].some((entry) =>
		optionsOf(entry, entry.words[0] === 'server' ? 3 : 1).has('check')
	);
}

const rules: readonly Rule[] = [
	function noTimeouts({ settings, frontSettings, back }, { defaults, indent }) {
		const missing = [
			...(settings.get('timeout connect') === undefined ? ['timeout connect 5s'] : []),
			...((frontSettings.get('timeout client') ?? settings.get('timeout client'))
				? []
				: ['timeout client 60s']),
			...(settings.get('timeout server') === undefined ? ['timeout server 60s'] : [])
		];
		if (missing.length === 0) return [];
		return [
			{
				id: 'no-timeouts',
				line: back?.line ?? 1,
				what: `There is no ${missing.map((one) => one.replace(/ \S+$/, '')).join(', no ')}.`,
				why: 'Without them HAProxy waits for ever, and every silent peer keeps a connection until none is left.',
				seen: 'A page that never ends loading; after some days, nobody gets in at all.',
				fix: [add(defaults, indent, ...missing)],
				...(missing.some((one) => one.startsWith('timeout server')) && { shows: 'hangs' as const })
			}
		];
	},
	function noRedispatch(proxies, { defaults, indent }) {
		const { settings, servers } = proxies;
		const retries = Number(settings.rest('retries')?.[0] ?? 3);
		if (settings.get('option redispatch') !== undefined || servers.length < 2 || retries === 0) return [];
		return [
			{
				id: 'no-redispatch',
				line: settings.get('retries')?.line ?? servers[0]?.line ?? 1,
				what: 'Retries go to the same server: "option redispatch" is off, as it is by default.',
				why: 'A request whose server has just died asks it three times more, a second apart, and never another one.',
				seen: `Until the checks notice, ${share(servers.length)} request hangs for three seconds and gets 503.`,
				fix: [add(defaults, indent, 'option redispatch 1')],
				shows: 'dies'
			}
		];
	},
	function bareRedispatch(proxies) {
		const entry = proxies.settings.get('option redispatch');
		if (entry === undefined || !clings(proxies) || entry.words[2] === '1') return [];
		return [
			{
				id: 'late-redispatch',
				line: entry.line,
				what: 'With a hash, bare "option redispatch" moves a request only at its last retry.',
				why: 'A hash clings to its server; without a number HAProxy gives up on it only when everything else is used up.',
				seen: 'While a server is dying, its clients wait two seconds for every answer.',
				fix: [{ line: entry.line, remove: 1, insert: [`${indentOf(entry)}option redispatch 1`] }],
				shows: 'dies'
			}
		];
	},
	function noChecks(proxies) {
		if (hasChecks(proxies)) return [];
		const [first] = proxies.servers;
		return [
			{
				id: 'no-checks',
				line: first?.line ?? 1,
				what: 'No server is checked.',
				why: 'HAProxy never learns that one is down, and offers it its share for as long as it is in the file.',
				seen: 'A dead server costs every request that meets it a retry, or an error, for ever.',
				fix: proxies.servers.map((entry) => ({
					line: entry.line,
					remove: 1,
					insert: [`${entry.text.trimEnd()} check`]
				})),
				shows: 'dies'
			}
		];
	},
	function slowChecks(proxies, { indent }) {
		if (!hasChecks(proxies)) return [];
		const all = [...proxies.defaults, ...proxies.servers].map((entry) => ({
			entry,
			options: optionsOf(entry, entry.words[0] === 'server' ? 3 : 1)
		}));
		if (all.some(({ options }) => options.has('inter') || options.has('fall'))) return [];
		const line = proxies.servers[0]?.line ?? 1;
		return [
			{
				id: 'slow-checks',
				line,
				what: 'The checks keep their defaults: every 2 s, down after 3 failures, up again after 2.',
				why: 'Two seconds times three is four to six seconds during which a dead server is still given requests.',
				seen: 'Errors or retries for about five seconds with every server that dies.',
				fix: [add(line, indent, 'default-server inter 500ms fall 2 rise 2')],
				shows: 'dies'
			}
		];
	},
	function connectionChecks(proxies, { backend, indent }) {
		const { settings, servers } = proxies;
		if (!hasChecks(proxies) || settings.get('option httpchk') !== undefined) return [];
		return [
			{
				id: 'tcp-checks',
				line: servers[0]?.line ?? 1,
				what: 'The checks only open a connection.',
				why: 'A program that hangs still has its connections taken, by the kernel: the check stays green for ever.',
				seen: `${capital(share(servers.length))} client waits for the whole "timeout server" and gets 504, until somebody looks.`,
				fix: [
					add(backend, indent, 'option httpchk GET /healthz', 'http-check expect status 200-399'),
					...quicker(settings.get('timeout server'))
				],
				shows: 'hangs'
			}
		];
	},
	function processLimit(proxies, { defaults, indent }) {
		const { globals, servers, settings } = proxies;
		const entry = globals.get('maxconn');
		const perServer = [...servers, ...proxies.defaults].some(({ words }) => words.includes('maxconn'));
		if (entry === undefined || perServer) return [];
		const most = Number(entry.words[1]);
		const each = Math.max(1, Math.floor(most / 2 / Math.max(1, servers.length)));
		return [
			{
				id: 'process-limit',
				line: entry.line,
				what: `"maxconn ${String(most)}" is for the whole process, and no server has a limit of its own.`,
				why: 'Connections beyond it wait in the kernel, where no log, no timeout and no statistics see them; servers get all the rest at once.',
				seen: 'Under a crowd pages take seconds although HAProxy’s own numbers look well.',
				fix: [
					...(settings.get('timeout queue') === undefined ? [add(defaults, indent, 'timeout queue 5s')] : []),
					add(servers[0]?.line ?? 1, indent, `default-server maxconn ${String(each)}`)
				],
				shows: 'crowd'
			}
		];
	},
	function noBalance({ settings, back }, { backend, indent }) {
		if (settings.get('balance') !== undefined) return [];
		return [
			{
				id: 'no-balance',
				line: back?.line ?? 1,
				what: 'No "balance" line says how servers are chosen.',
				why: 'HAProxy takes roundrobin up to 3.2 and random from 3.3 on: an upgrade would change it.',
				seen: 'Nothing, until the upgrade: then another distribution.',
				fix: [add(backend, indent, 'balance roundrobin')]
			}
		];
	},
	function slowHeads({ settings, frontSettings, back }, { defaults, indent }) {
		const known = frontSettings.get('timeout http-request') ?? settings.get('timeout http-request');
		if (known !== undefined) return [];
		return [
			{
				id: 'slow-heads',
				line: back?.line ?? 1,
				what: 'There is no "timeout http-request".',
				why: 'A client may send its request one byte at a time; "timeout client" starts anew with each of them.',
				seen: 'A few hundred slow connections, on purpose or not, and nobody else gets in.',
				fix: [add(defaults, indent, 'timeout http-request 10s')]
			}
		];
	},
	function fewPoints(proxies) {
		const { settings, servers } = proxies;
		const consistent = clings(proxies) && settings.rest('hash-type')?.[0] === 'consistent';
		const balance = settings.get('balance');
		const ring = consistent || (settings.rest('balance')?.[0] ?? '').startsWith('random');
		const weights = servers.map((entry) => Number(optionsOf(entry, 3).get('weight') ?? 1));
		if (!ring || balance === undefined || servers.length < 2 || Math.max(...weights) > 10) return [];
		return [
			{
				id: 'few-points',
				line: balance.line,
				what: 'Servers of small weights stand on a ring, with 16 points for each unit of weight.',
				why: 'Sixteen points are too few for an even spread: five equal servers were seen to get 14 to 25 % each.',
				seen: 'One server is busier than the others, always the same one.',
				fix: servers.map((entry, index) => ({
					line: entry.line,
					remove: 1,
					insert: [
						`${entry.text.replace(/\s+weight\s+\d+/, '').trimEnd()} weight ${String((weights[index] ?? 1) * 20)}`
					]
				})),
				shows: 'skew'
			}
		];
	},
	function lostAddress({ settings, frontSettings, back }, { defaults, indent }) {
		const known = settings.get('option forwardfor') ?? frontSettings.get('option forwardfor');
		if (known !== undefined || settings.rest('mode')?.[0] !== 'http') return [];
		return [
			{
				id: 'lost-address',
				line: back?.line ?? 1,
				what: 'There is no "option forwardfor".',
				why: 'Servers see HAProxy’s address as every client’s, in their logs and wherever they limit by address.',
				seen: 'One visitor who misbehaves is taken for all of them.',
				fix: [add(defaults, indent, 'option forwardfor')]
			}
		];
	}
];

/** A server that hangs is left sooner. */
function quicker(entry: Entry | undefined): readonly Edit[] {
	if (entry === undefined || (milliseconds(entry.words[2], 'ms') ?? 0) <= 10_000) return [];
	return [{ line: entry.line, remove: 1, insert: [`${indentOf(entry)}timeout server 10s`] }];
}

function indentOf({ text }: Entry): string {
	return /^\s*/.exec(text)?.[0] ?? '';
}

function share(servers: number): string {
	return servers === 2 ? 'every second' : servers === 3 ? 'every third' : `one in ${String(servers)}`;
}
