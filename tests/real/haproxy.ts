import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Balancer, Counters, Dialect } from './balancer.ts';
import { startProgram } from './program.ts';
import type { Change, Options, Script, ServerLine } from './script.ts';

/** HAProxy with one thread, told of changes on its stats socket. */
export const haproxy: Dialect = { configure, start };

function configure({ strategy, options, servers }: Pick<Script, 'strategy' | 'options' | 'servers'>): string {
	const lines = ['backend be', `  balance ${balance(strategy, options)}`];
	if (options.hashType !== undefined) lines.push(`  ${hashType(options.hashType, options)}`);
	if (options.hashBalanceFactor !== undefined) {
		lines.push(`  hash-balance-factor ${String(options.hashBalanceFactor)}`);
	}
	if (options.retries !== undefined) {
		// A retry on the same server waits as long as a connection may take, so that is made short.
		lines.push(`  retries ${String(options.retries)}`, '  timeout connect 40ms');
	}
	if (options.redispatch === true) {
		const every = options.redispatchInterval ?? -1;
		lines.push(`  option redispatch${every === -1 ? '' : ` ${String(every)}`}`);
	}
	if (options.allbackups === true) lines.push('  option allbackups');
	if (options.fullconn !== undefined) lines.push(`  fullconn ${String(options.fullconn)}`);
	if (options.queueTimeout !== undefined) lines.push(`  timeout queue ${String(options.queueTimeout)}ms`);
	return [...lines, ...servers.map((line) => serverLine(line, options)), ''].join('\n');
}

function balance(strategy: string, options: Options): string {
	const words = [strategy];
	if (strategy === 'random') return `random(${String(options.draws ?? 2)})`;
	if (strategy === 'hdr') return `hdr(${options.header ?? 'X-Key'})`;
	if (strategy === 'url_param') words.push(options.param ?? 'k');
	if (options.whole === true) words.push('whole');
	if (options.depth !== undefined) words.push('depth', String(options.depth));
	if (options.len !== undefined) words.push('len', String(options.len));
	return words.join(' ');
}

function hashType(type: string, { hashFunction, avalanche }: Options): string {
	const words = ['hash-type', type];
	if (hashFunction !== undefined) words.push(hashFunction);
	if (avalanche === true) words.push('avalanche');
	return words.join(' ');
}

function serverLine(
	{ name, address, id, weight, maxconn, minconn, backup, down }: ServerLine,
	{ slowstart }: Options
): string {
	const words = ['  server', name, address];
	if (id !== undefined) words.push('id', String(id));
	words.push('weight', String(weight));
	if (maxconn !== undefined) words.push('maxconn', String(maxconn));
	if (minconn !== undefined) words.push('minconn', String(minconn));
	if (slowstart !== undefined) words.push('slowstart', `${String(slowstart)}s`);
	if (backup) words.push('backup');
	if (down) words.push('disabled');
	return words.join(' ');
}

async function start(program: string, folder: string, config: string): Promise<Balancer> {
	const [file, door, admin] = ['haproxy.cfg', 'door', 'admin'].map((name) => join(folder, name)) as [
		string,
		string,
		string
	];
	writeFileSync(
		file,
		`global
  nbthread 1
  stats socket ${admin} level admin
  stats timeout 1h
defaults
  mode http
  option httpclose
  http-reuse never
  timeout client 1m
  timeout server 1m
  timeout connect 5s
  timeout queue 1m
frontend door
  bind unix@${door} accept-proxy
  default_backend be
${config}`
	);
	const running = await startProgram(program, ['-db', '-f', file], admin);
	const line = await CommandLine.open(admin);
	return {
		door,
		counters: async () => countersIn(await line.ask('show stat be 6 -1')),
		apply: async (change) => {
			const said = await line.ask(command(change));
			if (said !== '') throw new Error(`HAProxy answers "${command(change)}" with "${said}".`);
		},
		stop: async () => {
			line.close();
			await running.stop();
		}
	};
}

function command(change: Change): string {
	const server = `set server be/${change.server}`;
	if (change.op === 'weight') return `${server} weight ${String(change.weight)}`;
	return `${server} state ${{ down: 'maint', up: 'ready', drain: 'drain' }[change.op]}`;
}

/** Rows of `pxname,svname,qcur,qmax,scur,…`: one for each server, and one for the backend, which has a queue too. */
function countersIn(table: string): Counters {
	let serving = 0;
	let queued = 0;
	for (const row of table.split('\n')) {
		const [proxy, server, waiting, , current] = row.split(',');
		if (proxy !== 'be') continue;
		queued += Number(waiting);
		if (server !== 'BACKEND') serving += Number(current);
	}
	return { serving, queued };
}

/** One connection to the stats socket, on which each answer ends with a prompt. */
class CommandLine {
	readonly #socket: Socket;
	#text = '';
	#done: (answer: string) => void = () => undefined;

	private constructor(socket: Socket) {
		this.#socket = socket;
		socket.setEncoding('utf8').on('data', (piece: string) => {
			this.#text += piece;
			if (!/(^|\n)> $/.test(this.#text)) return;
			const answer = this.#text.slice(0, -2).trim();
			this.#text = '';
			this.#done(answer);
		});
		// Stopped together with HAProxy; nobody waits for an answer then.
		socket.on('error', () => undefined);
	}

	static async open(path: string): Promise<CommandLine> {
		const socket = connect(path);
		await once(socket, 'connect');
		const line = new CommandLine(socket);
		await line.ask('prompt');
		return line;
	}

	ask(command: string): Promise<string> {
		return new Promise((resolve) => {
			this.#done = resolve;
			this.#socket.write(`${command}\n`);
		});
	}

	close(): void {
		this.#socket.destroy();
	}
}
