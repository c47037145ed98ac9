import type { Edit, Finding } from '../dialect.ts';
import { parseNginx, type Directive } from './parse.ts';
import { settingOf, siteOf, zoneOf, type Site } from './read.ts';

/** What people trip over in an nginx.conf, as measured with NGINX 1.22.1. @throws InputError for what is no text */
export function lintNginx(text: string): readonly Finding[] {
	const { directives } = parseNginx(text);
	const site = siteOf(directives);
	const { upstream } = site;
	if (upstream === undefined) return [];
	const lines = text.split('\n');
	const inside = (directive: Directive, ...texts: readonly string[]): Edit => {
		const indent = /^\s*/.exec(lines[directive.line - 1] ?? '')?.[0] ?? '';
		return { line: directive.line + 1, remove: 0, insert: texts.map((one) => `${indent}    ${one}`) };
	};
	return rules.flatMap((rule) => rule(site, upstream, inside, lines));
}

type Rule = (
	site: Site,
	upstream: Directive,
	inside: (directive: Directive, ...texts: readonly string[]) => Edit,
	lines: readonly string[]
) => readonly Finding[];

const serversIn = ({ block = [] }: Directive): readonly Directive[] =>
	block.filter(({ name }) => name === 'server');

const rules: readonly Rule[] = [
	function noZone({ top }, upstream, inside) {
		if (zoneOf(upstream)) return [];
		const name = upstream.args[0] ?? 'servers';
		const several = top.some(({ name, args }) => name === 'worker_processes' && args[0] !== '1');
		return [
			{
				id: 'no-zone',
				line: upstream.line,
				what: `The upstream "${name}" has no zone.`,
				why: 'Each worker process then keeps its own turns, its own counts and its own list of failed servers.',
				seen: 'Two workers send 1 1 2 2 3 3 instead of taking turns, least_conn sees a part of the load, and a dead server is found once by each.',
				fix: [inside(upstream, `zone ${/^\w+$/.test(name) ? name : 'servers'} 64k;`)],
				...(several && { shows: 'skew' as const })
			}
		];
	},
	function quickEjection(_site, upstream, _inside, lines) {
		const servers = serversIn(upstream);
		const lax = servers.filter(({ args }) => !args.some((word) => /^(max_fails|fail_timeout)=/.test(word)));
		const [first] = lax;
		if (first === undefined || servers.length < 2) return [];
		return [
			{
				id: 'one-failure',
				line: first.line,
				what: 'Servers keep max_fails=1 and fail_timeout=10s, the defaults.',
				why: 'One failed request, a client’s odd one perhaps, takes a server out for ten seconds; when it happens to all, everybody gets 502.',
				seen: 'Errors for seconds although all servers run.',
				fix: lax.map(({ line }) => ({
					line,
					remove: 1,
					insert: [(lines[line - 1] ?? '').replace(';', ' max_fails=3 fail_timeout=5s;')]
				}))
			}
		];
	},
	function longConnect(site, _upstream, inside) {
		if (site.pass === undefined || settingOf(site, 'proxy_connect_timeout') !== undefined) return [];
		return [
			{
				id: 'long-connect',
				line: site.pass.line,
				what: 'There is no proxy_connect_timeout: it is a minute.',
				why: 'A machine that has gone without a word answers no connection; a minute is longer than anybody waits.',
				seen: 'Every request that meets it hangs for 60 seconds before it goes elsewhere.',
				fix: [after(site.pass, inside, 'proxy_connect_timeout 2s;')]
			}
		];
	},
	function longRead(site, _upstream, inside) {
		if (site.pass === undefined || settingOf(site, 'proxy_read_timeout') !== undefined) return [];
		return [
			{
				id: 'long-read',
				line: site.pass.line,
				what: 'There is no proxy_read_timeout: it is a minute.',
				why: 'A server that hangs holds each of its requests for that long, and then they are tried elsewhere.',
				seen: 'Clients of a hanging server wait a minute.',
				fix: [after(site.pass, inside, 'proxy_read_timeout 5s;')],
				shows: 'hangs'
			}
		];
	},
	function endlessTries(site, upstream, inside) {
		const { pass } = site;
		if (pass === undefined || serversIn(upstream).length < 3) return [];
		if (settingOf(site, 'proxy_next_upstream_tries') !== undefined) return [];
		return [
			{
				id: 'endless-tries',
				line: pass.line,
				what: 'There is no proxy_next_upstream_tries: a request may try every server.',
				why: 'One request that breaks servers breaks them all, and a retry is more load when there is least room for it.',
				seen: 'A bad hour gets worse by itself.',
				fix: [after(pass, inside, 'proxy_next_upstream_tries 2;')]
			}
		];
	},
	function newConnections(site, upstream, inside) {
		const { pass } = site;
		const keeps = upstream.block?.some(({ name }) => name === 'keepalive') === true;
		if (keeps || pass === undefined) return [];
		const last = upstream.block?.at(-1) ?? upstream;
		return [
			{
				id: 'no-keepalive',
				line: upstream.line,
				what: 'Connections to servers are not kept ("keepalive" is missing).',
				why: 'NGINX opens a new connection for each request and closes it after the answer; ports run out under load.',
				seen: 'A round trip more on every request, and "cannot assign requested address" on a busy day.',
				fix: [
					after(last, inside, 'keepalive 32;'),
					after(pass, inside, 'proxy_http_version 1.1;', 'proxy_set_header Connection "";')
				]
			}
		];
	}
];

/** After a directive, at its own depth. */
function after(
	directive: Directive,
	inside: (directive: Directive, ...texts: readonly string[]) => Edit,
	...texts: readonly string[]
): Edit {
	const edit = inside(directive, ...texts);
	return { ...edit, insert: edit.insert.map((text) => text.replace(/^ {4}|^\t/, '')) };
}
