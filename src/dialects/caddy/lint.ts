import type { Edit, Finding } from '../dialect.ts';
import { parseCaddy, type Directive } from './parse.ts';
import { settingOf, siteOf, type Site } from './read.ts';

/** What people trip over in a Caddyfile, as measured with Caddy 2.6.2. @throws InputError for what is no text */
export function lintCaddy(text: string): readonly Finding[] {
	const site = siteOf(parseCaddy(text).directives);
	const { proxy } = site;
	if (proxy === undefined) return [];
	const raw = text.split('\n')[proxy.line - 1] ?? '';
	const indent = /^\s*/.exec(raw)?.[0] ?? '';
	const into = (...texts: readonly string[]): readonly Edit[] => {
		const insert = texts.map((one) => `${indent}	${one}`);
		if (proxy.block !== undefined) return [{ line: proxy.line + 1, remove: 0, insert }];
		return [{ line: proxy.line, remove: 1, insert: [`${raw.trimEnd()} {`, ...insert, `${indent}}`] }];
	};
	return rules.flatMap((rule) => rule(site, proxy, into));
}

type Rule = (
	site: Site,
	proxy: Directive,
	into: (...texts: readonly string[]) => readonly Edit[]
) => readonly Finding[];

const rules: readonly Rule[] = [
	function noRetries(site, { line }, into) {
		if ((settingOf(site, 'lb_retries') ?? settingOf(site, 'lb_try_duration')) !== undefined) return [];
		return [
			{
				id: 'no-retries',
				line,
				what: 'A request is sent once: there is neither lb_retries nor lb_try_duration.',
				why: 'Both are 0 by default. A server that refuses the connection costs the request, although another one is idle.',
				seen: '502 for the share of whoever is down.',
				fix: into('lb_retries 2', 'fail_duration 10s'),
				shows: 'dies'
			}
		];
	},
	function noChecks(site, { line }, into) {
		const known = ['health_uri', 'health_port', 'health_path', 'fail_duration'];
		if (known.some((name) => settingOf(site, name) !== undefined)) return [];
		return [
			{
				id: 'no-checks',
				line,
				what: 'No server is checked, and failures are forgotten at once.',
				why: 'Active checks are off without health_uri, and passive ones without fail_duration.',
				seen: 'A dead server keeps its share of the requests for ever.',
				fix: into('health_uri /healthz', 'health_interval 2s', 'health_timeout 1s'),
				shows: 'dies'
			}
		];
	},
	function endlessAnswers(site, { line }, into) {
		if (settingOf(site, 'response_header_timeout') !== undefined) return [];
		return [
			{
				id: 'endless-answers',
				line,
				what: 'There is no response_header_timeout.',
				why: 'Caddy waits for an answer for ever: a server that hangs keeps every request that it was given.',
				seen: 'A page that never ends loading.',
				fix: into('transport http {', '	dial_timeout 2s', '	response_header_timeout 10s', '}')
			}
		];
	},
	function nobodyIn(site, { line }, into) {
		if (settingOf(site, 'unhealthy_request_count') === undefined) return [];
		if ((settingOf(site, 'max_fails') ?? settingOf(site, 'fail_duration')) !== undefined) return [];
		return [
			{
				id: 'nobody-in',
				line,
				what: 'unhealthy_request_count stands alone.',
				why: 'With it Caddy 2.6 counts failures too, and allows max_fails of them: without a number none, and no server has fewer.',
				seen: '503 for every request, from the first.',
				fix: into('max_fails 1')
			}
		];
	},
	function noPolicy(site, { line, args }, into) {
		if (settingOf(site, 'lb_policy') !== undefined || args.length < 2) return [];
		return [
			{
				id: 'no-policy',
				line,
				what: 'No lb_policy says how servers are chosen: it is a lot.',
				why: 'By lot some server has a crowd while another is idle; the one with the fewest requests is as easy to ask for.',
				seen: 'Slower answers than the same servers could give, most of all when it is busy.',
				fix: into('lb_policy least_conn'),
				shows: 'skew'
			}
		];
	}
];
