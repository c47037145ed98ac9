import { Option, type Command } from 'commander';
import { exponential } from '#simulator/draw.ts';
import { randomWords } from '#balancer/random.ts';
import { InputError } from '#record/input.ts';
import { durationOf, integerOf, numberOf, wordOf } from './flags.ts';
import { LoadRun, type LoadReport } from './load-run.ts';

interface Options {
	readonly rate?: number;
	readonly arrivals: 'poisson' | 'steady';
	readonly users?: number;
	readonly think: number;
	readonly duration: number;
	readonly requests?: number;
	readonly clients: number;
	readonly method: string;
	readonly timeout: number;
	readonly seed: number;
	readonly json?: true;
}

const help = `
With --rate requests come as strangers do: whether or not the ones before are answered (an open loop). A latency counts
from the instant at which the request was due, so a server that stands still cannot hide how long its callers would have
waited (no coordinated omission). With --users so many send, wait for the answer, think, and send again (a closed loop).

--clients sends from that many addresses, 127.0.0.1 to 127.0.0.n and on, for strategies that go by the address; where the
system has only 127.0.0.1 use 1.

Exit code 0: all were answered below 500, 1: some were not, 2: something was wrong in the flags.

Examples:
  golangia load http://localhost:8080 --rate 200 --duration 30s
  golangia load http://localhost:8080 --users 50 --think 100ms
  golangia load http://localhost:8080 --rate 500 --arrivals steady --clients 40 --json > load.json
`;

/** `golangia load`: requests for a server or a proxy, and what became of them. */
export function registerLoad(program: Command): void {
	program
		.command('load')
		.description('send requests to an address and tell how long they took')
		.argument('<url>', 'such as http://localhost:8080/')
		.option('--rate <n>', 'requests a second, an open loop (default: 100)', numberOf('--rate', 0.01, 100_000))
		.option(
			'--arrivals <law>',
			'poisson, as strangers come, or steady',
			wordOf('--arrivals', ['poisson', 'steady']),
			'poisson'
		)
		.option('--users <n>', 'a closed loop of so many, instead of --rate', integerOf('--users', 1, 10_000))
		.option('--think <time>', 'how long a user thinks between two requests', durationOf('--think'), 0)
		.addOption(
			new Option('--duration <time>', 'how long requests are sent')
				.argParser(durationOf('--duration', 1))
				.default(10_000, '10s')
		)
		.option('--requests <n>', 'or so many', integerOf('--requests', 1, 100_000_000))
		.option('--clients <n>', 'addresses they come from', integerOf('--clients', 1, 10_000), 1)
		.option('--method <name>', 'GET, HEAD, POST …', methodOf, 'GET')
		.addOption(
			new Option('--timeout <time>', 'after which nobody waits for an answer')
				.argParser(durationOf('--timeout', 1))
				.default(30_000, '30s')
		)
		.option('--seed <n>', 'seeds the arrivals', integerOf('--seed', 0, Number.MAX_SAFE_INTEGER), 1)
		.option('--json', 'print the result as JSON')
		.addHelpText('after', help)
		.action(run);
}

function methodOf(text: string): string {
	if (!/^[A-Z]{1,20}$/.test(text))
		throw new InputError(`--method is "${text}": write it in capitals, such as GET.`);
	return text;
}

async function run(url: string, options: Options): Promise<void> {
	const { rate, users, arrivals, seed, json } = options;
	if (rate !== undefined && users !== undefined)
		throw new InputError('--rate and --users are two ways to send: choose one.');
	const random = randomWords(seed, 'arrivals');
	const perSecond = rate ?? 100;
	const load = new LoadRun(targetOf(url), {
		...options,
		gap:
			users === undefined
				? () => (1000 / perSecond) * (arrivals === 'poisson' ? exponential(random) : 1)
				: undefined,
		users: users ?? 0
	});
	const interrupted = (): void => {
		load.stop();
	};
	process.once('SIGINT', interrupted);
	const shows = process.stderr.isTTY && json !== true;
	const timer = setInterval(() => {
		if (shows) process.stderr.write(`\r\x1b[K${lineOf(load.report())}`);
	}, 500);
	await load.run();
	clearInterval(timer);
	process.off('SIGINT', interrupted);
	if (shows) process.stderr.write('\r\x1b[K');
	const report = load.report();
	console.log(json === true ? JSON.stringify(report, null, '\t') : tableOf(report, url));
	if (report.failed > 0) process.exitCode = 1;
}

function targetOf(text: string): URL {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (url?.protocol !== 'http:')
		throw new InputError(`The address is "${text}": write it like http://localhost:8080/.`);
	return url;
}

function lineOf({ seconds, sent, inflight, perSecond, failed, latency }: LoadReport): string {
	return `${seconds.toFixed(0)} s  ${sent.toLocaleString('en')} sent, ${String(inflight)} in flight, ${perSecond.toFixed(0)}/s answered, p50 ${ms(latency.p50)}, p99 ${ms(latency.p99)}, ${String(failed)} failed`;
}

function tableOf(report: LoadReport, url: string): string {
	const { sent, answered, failed, perSecond, seconds, latency, statuses, servedBy, errors, late } = report;
	const counts = (of: Readonly<Record<string, number>>): string =>
		Object.entries(of)
			.sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
			.map(([name, count]) => `${name} ${count.toLocaleString('en')}`)
			.join(', ');
	const lines = [
		`${url}: ${sent.toLocaleString('en')} requests in ${seconds.toFixed(1)} s`,
		`  answered  ${answered.toLocaleString('en')}, ${perSecond.toFixed(1)} a second; failed ${failed.toLocaleString('en')}`,
		`  latency   mean ${ms(latency.mean)}  p50 ${ms(latency.p50)}  p90 ${ms(latency.p90)}  p99 ${ms(latency.p99)}  p99.9 ${ms(latency.p999)}  max ${ms(latency.max)}`,
		`  statuses  ${counts(statuses) || 'none'}`
	];
	if (Object.keys(servedBy).length > 0) lines.push(`  served by ${counts(servedBy)}`);
	if (Object.keys(errors).length > 0) lines.push(`  errors    ${counts(errors)}`);
	if (late > 50)
		lines.push(
			`  This program was up to ${ms(late)} late in sending: the machine is too busy for this rate, and the latencies have that in them.`
		);
	return lines.join('\n');
}

function ms(value: number | null): string {
	if (value === null) return '–';
	return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}
