import type { Edit, Finding } from '../dialect.ts';
import { plainText } from '../source.ts';
import { codeOf, lineOf, type Code } from './code.ts';
import { readGo } from './read.ts';
import { writeGo } from './write.ts';

/** What people trip over in a Go program of the usual shape, as measured with Go 1.19. @throws InputError for what is no text */
export function lintGo(text: string): readonly Finding[] {
	const code = codeOf(plainText(text, 'main.go'));
	if (!code.bare.includes('ReverseProxy')) return [];
	return rules.flatMap((rule) => rule(code, text.split('\n')));
}

type Rule = (code: Code, lines: readonly string[]) => readonly Finding[];

const replace = (line: number, ...insert: readonly string[]): Edit => ({ line, remove: 1, insert });
const after = (line: number, ...insert: readonly string[]): Edit => ({ line: line + 1, remove: 0, insert });
const indentAt = (lines: readonly string[], line: number): string =>
	/^\s*/.exec(lines[line - 1] ?? '')?.[0] ?? '';

/** More packages of the standard library, each in its place in the alphabet. */
function importOf({ bare }: Code, ...names: readonly string[]): readonly Edit[] {
	const lines = bare.split('\n');
	const first = lines.findIndex((text) => /^import \($/.test(text.trim()));
	if (first < 0) return [];
	return names
		.filter((name) => !bare.includes(`"${name}"`))
		.map((name) => {
			let at = first + 1;
			while ((/^\s*"([^"]+)"/.exec(lines[at] ?? '')?.[1] ?? '~') < name) at++;
			return { line: at + 1, remove: 0, insert: [`\t"${name}"`] };
		});
}

const rules: readonly Rule[] = [
	function unusedImports(code) {
		const paths = [...code.bare.matchAll(/^\s*(?:import\s+)?"([\w./-]+)"\s*$/gm)].map(
			([, path = '']) => path
		);
		return paths.flatMap((path) => {
			const name = path.split('/').at(-1) ?? '';
			if (new RegExp(`\\b${name.replace(/^go-/, '')}\\.`).test(code.bare)) return [];
			const line = lineOf(code, new RegExp(`"${path.replaceAll('.', '\\.')}"`));
			return [
				{
					id: `unused-${name}`,
					line,
					what: `"${path}" is imported and not used.`,
					why: 'Go compiles no program with an import that nothing needs.',
					seen: `imported and not used: "${path}"; there is no program to run.`,
					fix: [{ line, remove: 1, insert: [] }]
				}
			];
		});
	},
	function rotatedSlice(code, lines) {
		const [, list = ''] = /\b(\w+)\s*=\s*append\(\s*\1\[1:\]/.exec(code.bare) ?? [];
		if (list === '') return [];
		const line = lineOf(code, new RegExp(`${list}\\s*=\\s*append\\(`));
		const first = lineOf(code, new RegExp(`:?=\\s*${list}\\[0\\]`));
		const [, name = 'next'] = /(\w+)\s*:?=/.exec(lines[first - 1] ?? '') ?? [];
		const indent = indentAt(lines, first);
		const made = lineOf(code, new RegExp(`\\b${list}\\s*:?=|var\\s+${list}\\b`));
		return [
			{
				id: 'rotated-slice',
				line,
				what: `Each request turns the slice "${list}" round: it reads, writes and reallocates what all others use too.`,
				why: 'Every request runs in a goroutine of its own, and nothing guards the slice: the race detector reports both lines.',
				seen: 'Turns that are a few off an even split; and rarely, a torn slice after which every answer is 502, until a restart.',
				fix: [
					{ line: made, remove: 0, insert: [`${indentAt(lines, made)}var turn uint64`] },
					replace(first, `${indent}${name} := ${list}[(atomic.AddUint64(&turn, 1)-1)%uint64(len(${list}))]`),
					...(line === first ? [] : [{ line, remove: 1, insert: [] }]),
					...importOf(code, 'sync/atomic')
				]
			}
		];
	},
	function bareServer(code, lines) {
		if (/ReadHeaderTimeout|ReadTimeout/.test(code.bare)) return [];
		const line = lineOf(code, /http\.ListenAndServe\(/);
		const found = /^(.*)http\.ListenAndServe\(([^,]+),\s*([^)]+)\)(.*)$/.exec(lines[line - 1] ?? '');
		if (found === null) return [];
		const [, before = '', address = '', handler = '', rest = ''] = found;
		const indent = indentAt(lines, line);
		return [
			{
				id: 'no-server-timeouts',
				line,
				what: 'http.ListenAndServe has no timeouts.',
				why: 'A client may send its request one byte at a time and keep its goroutine for ever.',
				seen: 'Memory and open files grow until nobody gets in.',
				fix: [
					replace(
						line,
						`${indent}front := &http.Server{`,
						`${indent}	Addr:              ${address},`,
						`${indent}	Handler:           ${handler},`,
						`${indent}	ReadHeaderTimeout: 10 * time.Second,`,
						`${indent}	IdleTimeout:       60 * time.Second,`,
						`${indent}}`,
						`${before}front.ListenAndServe()${rest}`
					),
					...importOf(code, 'time')
				]
			}
		];
	},
	function fewConnections(code, lines) {
		if (code.bare.includes('MaxIdleConnsPerHost')) return [];
		const line = lineOf(code, /&httputil\.ReverseProxy\{/);
		const text = lines[line - 1] ?? '';
		if (!text.includes('ReverseProxy{')) return [];
		const [, name = 'proxy'] = /(\w+)\s*:?=/.exec(text) ?? [];
		const end = closing(code, line);
		const indent = indentAt(lines, line);
		return [
			{
				id: 'few-connections',
				line,
				what: 'The default transport keeps two idle connections to each server, and waits for an answer for ever.',
				why: 'MaxIdleConnsPerHost is 2: with more requests at once connections are opened and closed all the time.',
				seen: 'A round trip more on most requests; a server that hangs holds its clients until they leave.',
				fix: [
					after(
						end,
						`${indent}${name}.Transport = &http.Transport{`,
						`${indent}	DialContext:           (&net.Dialer{Timeout: 2 * time.Second}).DialContext,`,
						`${indent}	ResponseHeaderTimeout: 10 * time.Second,`,
						`${indent}	MaxIdleConnsPerHost:   256,`,
						`${indent}	IdleConnTimeout:       90 * time.Second,`,
						`${indent}}`
					),
					...importOf(code, 'net', 'time')
				]
			}
		];
	},
	function noChecks(code, lines) {
		if (/NewTicker|time\.Tick|health/i.test(code.bare)) return [];
		const line = lineOf(code, /ReverseProxy\{/);
		return [
			{
				id: 'no-checks',
				line,
				what: 'Nothing notices that a server is down, and no request is tried again.',
				why: 'A list of addresses is not a cluster: ReverseProxy sends each request once, and answers 502 when that fails.',
				seen: 'With one of two servers dead exactly every second request is 502, for ever.',
				// More than a few lines: it is the whole program as we write it, together with its rewrite.go and director.go.
				fix: [{ line: 1, remove: lines.length, insert: wholeProgram(code.bare) }],
				shows: 'dies'
			}
		];
	}
];

/** The line of the brace that closes the first one of this line. */
function closing({ bare }: Code, line: number): number {
	const lines = bare.split('\n');
	let depth = 0;
	for (let at = line; at <= lines.length; at++) {
		for (const letter of lines[at - 1] ?? '') {
			if (letter === '{') depth++;
			else if (letter === '}') depth--;
		}
		if (depth <= 0) return at;
	}
	return lines.length;
}

/** The same addresses, checked, and with a second try. */
function wholeProgram(text: string): readonly string[] {
	const { plan } = readGo(text);
	const { balancer } = plan;
	const better = {
		...plan,
		balancer: {
			...balancer,
			retries: 1,
			timeoutMs: balancer.timeoutMs ?? 10_000,
			checks: { everyMs: 1000, timeoutMs: 1000, fall: 2, rise: 2, probe: 'http' as const }
		}
	};
	const [main] = writeGo(better).files;
	return main?.lines.map((line) => line.text) ?? [];
}
