import { createServer, type Server } from 'node:http';
import { emitKeypressEvents } from 'node:readline';
import type { Command } from 'commander';
import { assertFromHere } from '#proxy/admin.ts';
import { listen } from '#proxy/listen.ts';
import { lawOf } from '#simulator/law.ts';
import { demoBackend, type DemoBackend, type Machine, type Sessions } from './demo-backend.ts';
import { durationOf, integerOf, listOf, numberOf, portOf, portOrOff, wordOf } from './flags.ts';
import { onPort, untilInterrupted } from './run.ts';

interface Options {
	readonly port: number;
	readonly count: number;
	readonly latency: number;
	readonly law: 'fixed' | 'exponential' | 'lognormal' | 'bimodal' | 'heavy';
	readonly speed: readonly number[];
	readonly workers: number;
	readonly queue: number;
	readonly errors: readonly number[];
	readonly coldStart: number;
	readonly sessions: 'local' | 'shared';
	readonly control: number | 'off';
}

const help = `
Each answers with its name, /healthz with "ok", and /session with how often this session was seen. A list, such as
--speed 1,1,0.2, goes over the servers in order; what it lacks is like its last.

Press a letter to kill or revive that server, or call the control port from anywhere on this machine:
  curl -X POST localhost:7900/A/kill
  curl -X POST localhost:7900/A/revive

Examples:
  golangia backends
  golangia backends --port 9000 --count 3 --latency 20ms --law exponential --speed 1,1,0.2
  golangia backends --workers 4 --queue 20 --errors 0,0.1 --cold-start 10s
`;

/** `golangia backends`: demo servers to balance. */
export function registerBackends(program: Command): void {
	const share = (text: string): number => numberOf('--errors', 0, 1)(text);
	program
		.command('backends')
		.description('run small demo servers that answer with their name')
		.option('--port <port>', 'port of the first; the others follow', portOf('--port'), 8000)
		.option('--count <n>', 'how many', integerOf('--count', 1, 26), 2)
		.option(
			'--latency <time>',
			'how long an answer takes on average, such as 20ms',
			durationOf('--latency'),
			0
		)
		.option(
			'--law <name>',
			'how answers differ: fixed, exponential, lognormal, bimodal or heavy',
			wordOf('--law', ['fixed', 'exponential', 'lognormal', 'bimodal', 'heavy']),
			'fixed'
		)
		.option('--speed <list>', '2 does the same in half the time', listOf(numberOf('--speed', 0.01, 100)), [1])
		.option('--workers <n>', 'requests each serves at once', integerOf('--workers', 1, 100_000), 1000)
		.option(
			'--queue <n>',
			'requests that wait at each; one more is a 503',
			integerOf('--queue', 0, 1_000_000),
			1000
		)
		.option('--errors <list>', 'share of the answers that are a 500, such as 0.1', listOf(share), [0])
		.option('--cold-start <time>', 'how long one is slow after its start', durationOf('--cold-start'), 0)
		.option(
			'--sessions <where>',
			'who counts the visits of a session: each its own (local), or all together (shared)',
			wordOf('--sessions', ['local', 'shared']),
			'local'
		)
		.option('--control <port|off>', 'port to kill and revive them by', portOrOff('--control'), 7900)
		.addHelpText('after', help)
		.action(run);
}

async function run(options: Options): Promise<void> {
	const { port, count, speed, errors } = options;
	const shared: Sessions = new Map();
	const backends: DemoBackend[] = [];
	let control: Control | undefined;
	try {
		for (let i = 0; i < count; i++) {
			const name = String.fromCharCode(65 + i);
			const machine: Machine = {
				latencyMs: options.latency,
				law: lawOf({ law: options.law, cv: 1 }),
				speed: speed[i] ?? speed.at(-1) ?? 1,
				workers: options.workers,
				queue: options.queue,
				errors: errors[i] ?? errors.at(-1) ?? 0,
				coldStartMs: options.coldStart
			};
			const sessions = options.sessions === 'shared' ? shared : new Map<string, number>();
			backends.push(
				await onPort(port === 0 ? 0 : port + i, (at) => demoBackend(name, at, machine, sessions))
			);
		}
		if (options.control !== 'off') control = await openControl(options.control, backends);
	} catch (error) {
		for (const backend of backends) await backend.close();
		throw error;
	}
	for (const { name, port: at } of backends) console.log(`${name} listens on http://localhost:${String(at)}`);
	const calls = control === undefined ? '' : `curl -X POST localhost:${String(control.port)}/A/kill, or `;
	if (process.stdin.isTTY) {
		console.log(`${calls}the key of a server's letter kills it and revives it. Ctrl-C ends them.`);
		onKeys(backends);
	} else console.log(`${calls}Ctrl-C ends them.`.replace(/, or Ctrl/, ' kills one. Ctrl'));
	await untilInterrupted(async () => {
		await control?.close();
		await Promise.all(backends.map((backend) => backend.close()));
	});
}

interface Control {
	readonly port: number;
	readonly close: () => Promise<void>;
}

/** `POST /A/kill`, `POST /A/revive`, for whoever is on this machine and is no other site's page. */
async function openControl(wanted: number, backends: readonly DemoBackend[]): Promise<Control | undefined> {
	const server: Server = createServer((req, res) => {
		const said = (status: number, text: string): void => {
			res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
		};
		try {
			assertFromHere(req);
		} catch (error) {
			said(403, `${(error as Error).message}\n`);
			return;
		}
		const [, name, deed] = /^\/([A-Z])\/(kill|revive)$/.exec(req.url ?? '') ?? [];
		const backend = backends.find((one) => one.name === name);
		if (req.method !== 'POST' || backend === undefined || deed === undefined) {
			said(404, 'POST /A/kill or /A/revive, with the letter of a server.\n');
			return;
		}
		change(backend, deed === 'revive').then(
			(says) => {
				said(200, `${says}\n`);
			},
			(error: unknown) => {
				said(500, `${String(error)}\n`);
			}
		);
	});
	try {
		const door = await listen(server, wanted, 'localhost');
		return {
			port: door.port,
			close: () =>
				new Promise((resolve) => {
					server.once('close', resolve);
					door.stop();
					server.closeAllConnections();
				})
		};
	} catch {
		console.log(`Port ${String(wanted)} is taken, so nothing but keys kills them: another --control would.`);
		return undefined;
	}
}

async function change(backend: DemoBackend, running: boolean): Promise<string> {
	if (running) await backend.revive();
	else await backend.kill();
	const says = `${backend.name} ${running ? 'runs again' : 'is dead'}.`;
	console.log(says);
	return says;
}

function onKeys(backends: readonly DemoBackend[]): void {
	emitKeypressEvents(process.stdin);
	process.stdin.setRawMode(true);
	process.stdin.on('keypress', (_: string | undefined, key: { name?: string; ctrl?: boolean }) => {
		// The terminal does not make a signal of it any more.
		if (key.ctrl === true && key.name === 'c') process.kill(process.pid, 'SIGINT');
		const backend = backends.find(({ name }) => name.toLowerCase() === key.name);
		if (backend !== undefined) void change(backend, !backend.running);
	});
}
