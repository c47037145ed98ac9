import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatehouse } from '#dialects/examples.ts';
import {
	cameBack,
	evenTurns,
	failures,
	forgedAddress,
	hangs,
	headersOf,
	killed,
	seconds,
	shown,
	slowClient
} from './plays.ts';
import { moved, movedBack } from './ports.ts';
import { runToEnd } from './program.ts';
import { failed, visit, visits } from './visit.ts';
import type { Step, Workbench, Workshop } from './workshop.ts';

const file = 'main.go';

const steps: readonly Step[] = [
	{
		title: 'Three servers take turns: 300 requests split 100/100/100',
		where: [/localhost:8001/],
		why: 'A server that the program does not know gets nothing: the third, C, is on localhost:8002.',
		remedy: '{Scheme: "http", Host: "localhost:8002"},',
		play: evenTurns
	},
	{
		title:
			"A forged X-Forwarded-For is not believed: servers get the client's true address, and nothing else",
		where: [/\b(Director|Rewrite):/, /ReverseProxy\{/],
		why: 'ReverseProxy with a Director appends the true address to whatever the client has sent.',
		remedy:
			'from Go 1.20 on, Rewrite instead of Director, with SetXForwarded; before, r.Header.Del("X-Forwarded-For") in the Director.',
		play: forgedAddress
	},
	{
		title: 'Servers learn which host and protocol was asked for, whatever the client calls hop-by-hop',
		where: [/\bRoundTrip\(/, /\b(Director|Rewrite):/, /ReverseProxy\{/],
		why: 'A Director runs before hop-by-hop headers are removed: "Connection: X-Forwarded-Host" removes what it has set.',
		remedy:
			'from Go 1.20 on, SetXForwarded in Rewrite; before, set X-Forwarded-Host (r.Host) and X-Forwarded-Proto in a RoundTripper of your own.',
		async play(stage) {
			const seen = await headersOf(stage, {
				connection: 'X-Forwarded-Host, X-Forwarded-Proto, X-Forwarded-For',
				'x-forwarded-host': 'forged.example',
				'x-forwarded-proto': 'forged'
			});
			if (typeof seen === 'string') return seen;
			const names = ['x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-for'];
			const [host, protocol, address] = names.map((name) => String(seen[name] ?? 'nothing'));
			if (host === 'golangia.example' && protocol === 'http' && address === '127.0.0.1') return undefined;
			return `The server got X-Forwarded-Host: ${host ?? ''}, -Proto: ${protocol ?? ''}, -For: ${address ?? ''}; they are golangia.example, http and 127.0.0.1.`;
		}
	},
	{
		title: '/healthz is answered by the gate itself, and nothing below /_admin/ reaches a server',
		where: [/Handle(Func)?\("\/"/],
		why: '"/" takes all paths: whoever asks whether the gate is well asks a server instead, and anybody may try its admin pages.',
		remedy:
			'routes of their own beside "/": router.HandleFunc("/healthz", …) and router.Handle("/_admin/", …).',
		async play({ port, servers }) {
			const health = await visit(port, { path: '/healthz' });
			const count = (): number => servers.reduce((sum, { arrivals }) => sum + arrivals.length, 0);
			const asked = count();
			await visit(port, { path: '/_admin/servers' });
			const passed = count() - asked;
			if (health.status === 200 && asked === 0 && passed === 0) return undefined;
			if (health.status !== 200) return `/healthz got ${shown(health.status)}.`;
			return `Servers were sent ${asked > 0 ? '/healthz' : ''}${asked > 0 && passed > 0 ? ' and ' : ''}${passed > 0 ? '/_admin/servers' : ''}.`;
		}
	},
	{
		title: '2,000 requests, 16 at a time, need at most 100 connections to the servers',
		where: [/http\.Transport\{/, /ReverseProxy\{/],
		why: 'The default transport keeps two idle connections to a server, and closes the others after each answer.',
		remedy: 'a Transport of your own: &http.Transport{MaxIdleConnsPerHost: 256, …}.',
		async play({ port, servers }) {
			const answers = await visits(port, 2000, 16);
			const made = servers.reduce((sum, { connections }) => sum + connections, 0);
			if (made <= 100 && !answers.some(failed)) return undefined;
			return `${String(made)} connections were made${failures(answers)}.`;
		}
	},
	{
		title: 'Server B is killed: nobody sees an error, or waits for more than a second',
		where: [/\bRoundTrip\(/, /ReverseProxy\{/],
		why: 'ReverseProxy sends each request once: with one of three servers dead, every third is a 502, for ever.',
		remedy: 'a RoundTripper of your own that sends a GET to the next server when one fails.',
		play: killed
	},
	{
		title: 'Server B comes back: within six seconds it is sent requests again',
		where: [/\bRoundTrip\(/, /ReverseProxy\{/],
		why: 'Whoever takes a server off the list must put it on again.',
		remedy: 'leave it on the list and skip it for a second or two, or check it every second.',
		play: cameBack
	},
	{
		title: 'A POST whose connection breaks is not sent again, even if it has no body',
		where: [/\bRoundTrip\(/, /ReverseProxy\{/],
		why: 'It may have been done already: two swords would be forged, and paid for.',
		remedy: 'try again only what has a safe method and no body: a GET or a HEAD.',
		async play({ port, servers }) {
			for (const server of servers) server.turn('breaks');
			await visit(port, { method: 'POST' });
			const sent = servers.reduce((sum, { arrivals }) => sum + arrivals.length, 0);
			return sent === 1 ? undefined : `It was sent ${String(sent)} times.`;
		}
	},
	{
		title: 'Server B hangs: who is sent to it has an answer within 2 s',
		where: [/WithTimeout|ResponseHeaderTimeout/, /ReverseProxy\{/],
		why: 'A transport waits for an answer for ever, and so does everybody before it.',
		remedy: 'context.WithTimeout around the request, or ResponseHeaderTimeout in the Transport.',
		play: hangs(2000)
	},
	{
		title: 'A client that sends half a request is shown out within 5 s',
		where: [/http\.Server\{/, /ListenAndServe/],
		why: 'http.ListenAndServe has no timeouts: each such client keeps a goroutine and a connection, for ever.',
		remedy: 'an http.Server of your own with ReadHeaderTimeout: 4 * time.Second.',
		play: slowClient
	},
	{
		title: 'SIGTERM: a request that is under way is answered, and then the program ends',
		where: [/Shutdown\(/, /ListenAndServe/],
		why: 'Unless told otherwise a Go program ends at once, with everybody who is inside.',
		remedy: 'signal.NotifyContext, and server.Shutdown when it is done; main waits until that returns.',
		async play({ port, servers, gate }) {
			for (const server of servers) server.delayMs = 1000;
			const asking = visit(port);
			while (servers.every(({ arrivals }) => arrivals.length === 0)) {
				const settled = await Promise.race([asking, new Promise((resolve) => setTimeout(resolve, 10))]);
				if (settled !== undefined) break;
			}
			const ended = await gate.end(5000);
			const { status, ms } = await asking;
			if (status === 'broken' && ended)
				return 'The program ended while the request was still under way, and its connection broke.';
			if (status !== 200) return `The request got ${shown(status)} after ${seconds(ms)}.`;
			return ended ? undefined : 'Five seconds later the program was still running.';
		}
	},
	{
		title: '2,000 requests, 16 at a time: the race detector is silent, here and in all steps before',
		why: 'Each request is a goroutine. A slice that all of them turn goes well until it is torn: then every answer is a 502.',
		remedy:
			'leave the slice alone: castles[(atomic.AddUint64(&turn, 1)-1)%uint64(len(castles))], with var turn uint64 before it and "sync/atomic" imported.',
		async play({ port, heard, raceless }) {
			if (raceless !== undefined)
				return `It could not be built with -race (${raceless}): install a C compiler, gcc and libc6-dev, and try again.`;
			await visits(port, 2000, 16);
			const races = heard().split('WARNING: DATA RACE').slice(1);
			const [first] = races;
			if (first === undefined) return undefined;
			// What comes after tells how the goroutines began.
			const [accesses = ''] = first.split('Goroutine ');
			const lines = new Set([...accesses.matchAll(/\/(main\.go:\d+)/g)].map(([, line]) => line));
			const where = lines.size > 0 ? `, the first at ${[...lines].join(' and ')}` : '';
			return `It reported ${String(races.length)} ${races.length === 1 ? 'data race' : 'data races'}${where}.`;
		}
	}
];

export const go: Workshop = {
	title: 'The Go Gatehouse',
	file,
	// What the standard library has is enough: it works where nothing can be fetched.
	files: { [file]: gatehouse(false), 'go.mod': 'module golangia.example/gatehouse\n\ngo 1.19\n' },
	program: {
		title: 'Go',
		name: 'go',
		version: 'version',
		remedy:
			'on Debian or Ubuntu, sudo apt-get install golang-go gcc libc6-dev; on macOS, brew install go; or see https://go.dev/dl'
	},
	run: 'go run .',
	remarks: [
		'Go alone is enough, also offline: the routes are those of `net/http`. Whoever prefers `gorilla/mux` may use it:',
		"`go get github.com/gorilla/mux`, or Debian's `golang-github-gorilla-mux-dev`, which `verify` finds by itself.",
		'On Linux the race detector needs a C compiler: `gcc` and `libc6-dev`.'
	],
	accepted: {
		title: 'go build and go vet take the program',
		why: 'Go compiles no program with an import that nothing uses, and vet knows what is almost surely a mistake.',
		remedy:
			'mend the line that is named. What is undefined wants its import, or a variable; Rewrite and SetXForwarded came with Go 1.20.'
	},
	steps,
	async prepare(workbench) {
		const { program, folder, scratch, place } = workbench;
		const gate = join(scratch, 'gate');
		const env = environmentOf(folder);
		const tell = (said: string): string => movedBack(said.replaceAll(`${scratch}/`, ''), place).trim();
		const call = (...args: readonly string[]): ReturnType<typeof runToEnd> =>
			runToEnd({ file: program, args, cwd: folder, env });
		const overlay = ['-overlay', overlayOf(workbench)];
		const raced = await call('build', '-race', ...overlay, '-o', gate, '.');
		if (!raced.well) {
			const plain = await call('build', ...overlay, '-o', gate, '.');
			if (!plain.well) return { why: tell(plain.said) };
		}
		const vetted = await call('vet', ...overlay, '.');
		if (!vetted.well) return { why: tell(vetted.said) };
		const launch = { file: gate, args: [], cwd: folder };
		return raced.well ? { launch } : { launch, raceless: tell(raced.said) };
	}
};

/** The program's files with their ports moved, as Go is told of them: what it says then names the learner's own. */
function overlayOf({ folder, scratch, place }: Workbench): string {
	const replace: Record<string, string> = {};
	for (const name of sourcesOf(folder)) {
		const copy = join(scratch, name);
		writeFileSync(copy, moved(readFileSync(join(folder, name), 'utf8'), place));
		replace[join(folder, name)] = copy;
	}
	const overlay = join(scratch, 'overlay.json');
	writeFileSync(overlay, JSON.stringify({ Replace: replace }));
	return overlay;
}

/** Debian keeps packages' sources where a workspace of before modules is: used when a module's own are not named. */
const debian = '/usr/share/gocode';

function environmentOf(folder: string): Readonly<Record<string, string>> {
	const wanted = sourcesOf(folder).flatMap((name) =>
		[...readFileSync(join(folder, name), 'utf8').matchAll(/"(github\.com\/gorilla\/\w+)"/g)].map(
			([, path = '']) => path
		)
	);
	const module = join(folder, 'go.mod');
	const own = existsSync(module) && readFileSync(module, 'utf8').includes('github.com/gorilla/');
	const there = wanted.some((path) => existsSync(join(debian, 'src', path)));
	return there && !own ? { GO111MODULE: 'off', GOPATH: debian } : {};
}

function sourcesOf(folder: string): readonly string[] {
	return readdirSync(folder).filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'));
}
