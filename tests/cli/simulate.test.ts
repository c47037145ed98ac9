import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, onTestFinished, test, vi } from 'vitest';
import { registerSimulate } from '#cli/simulate.ts';
import { InputError } from '#record/input.ts';
import { readRecording } from '#record/recording.ts';
import { replay } from '#record/replay.ts';
import { linkOf } from '#simulator/link.ts';
import { readScenario } from '#simulator/scenario.ts';
import { golangia } from './golangia.ts';

const three = {
	traffic: { perSecond: 80 },
	work: { meanMs: 30 },
	servers: ['A', 'B', 'C'].map((id) => ({ id, queue: 1000 })),
	warmUpMs: 2000,
	durationMs: 20_000
};

/** A temporary folder with the scenario in it. */
async function saved(scenario: object): Promise<{ file: string; beside: (name: string) => string }> {
	const folder = await mkdtemp(join(tmpdir(), 'golangia-'));
	onTestFinished(() => rm(folder, { recursive: true }));
	const file = join(folder, 'scenario.json');
	await writeFile(file, JSON.stringify(scenario));
	return { file, beside: (name) => join(folder, name) };
}

/** What the command prints, without a process of its own. Rejects as the command does. */
async function simulated(...args: string[]): Promise<{ stdout: string; stderr: string }> {
	const printed = { stdout: '', stderr: '' };
	const log = vi.spyOn(console, 'log').mockImplementation((text) => {
		printed.stdout += `${String(text)}\n`;
	});
	const error = vi.spyOn(console, 'error').mockImplementation((text) => {
		printed.stderr += `${String(text)}\n`;
	});
	try {
		const program = new Command().exitOverride();
		registerSimulate(program);
		await program.parseAsync(['simulate', ...args], { from: 'user' });
		return printed;
	} finally {
		log.mockRestore();
		error.mockRestore();
	}
}

interface Metric {
	readonly unit: string;
	readonly value: number | 'never' | null;
	readonly halfWidth: number | null;
	readonly groups: number;
	readonly doubt?: string;
}

interface Printed {
	readonly fingerprint: string;
	readonly n: number;
	readonly warmUpMs: number;
	readonly durationMs: number;
	readonly seeds: readonly number[];
	readonly metrics: Readonly<Record<string, Metric>>;
	readonly runs: readonly { readonly seed: number; readonly fingerprint: string; readonly meanMs: number }[];
}

test('simulate prints a table in which every number has its interval, n, seed and warm-up', async () => {
	const { file } = await saved(three);
	const { code, stdout, stderr } = await golangia('simulate', file, '--requests', '100000', '--seed', '7');
	expect([code, stderr]).toEqual([0, '']);
	expect(stdout).toMatch(
		/^Round robin, seed 7\n {2}n = (99|100),\d{3} requests answered that were sent from 2 s to 1,252 s/
	);
	expect(stdout).toContain('offered load ρ = 0.80');
	expect(stdout).toMatch(/warm-up 2 s: the latency had settled/);
	for (const title of ['goodput (a second)', 'failed (%)', 'latency, mean (ms)', 'latency, p95 (ms)'])
		expect(stdout).toMatch(new RegExp(`${title.replace(/[()]/g, '\\$&')} +[\\d.,]+ ± [\\d.,]+\n`));
	expect(stdout).toMatch(/ {2}A +picked [\d,]+, failed 0, busy [78]\d\.\d %\n/);
	expect(stdout).toMatch(/fairness of load \(Jain\) +(0\.99\d|1\.000)\n/);
	expect(stdout).not.toContain('hedges');
	expect(stdout).toMatch(/ {2}log {7}[0-9a-f]{16}\n$/);
});

test('--seeds runs a replication each, whose mean and interval come from the runs', async () => {
	const { file } = await saved(three);
	const { stdout } = await simulated(file, '--seeds', '3..7', '--json');
	const { runs, seeds, metrics } = JSON.parse(stdout) as Printed;
	expect(seeds).toEqual([3, 4, 5, 6, 7]);
	expect(runs.map(({ seed }) => seed)).toEqual(seeds);
	const means = runs.map(({ meanMs }) => meanMs);
	const mean = means.reduce((sum, value) => sum + value, 0) / 5;
	const deviation = Math.sqrt(means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
	expect(metrics['mean']).toMatchObject({ unit: 'ms', groups: 5 });
	expect(metrics['mean']?.value).toBeCloseTo(mean, 9);
	expect(metrics['mean']?.halfWidth).toBeCloseTo((2.776445 * deviation) / Math.sqrt(5), 4);
	const single = JSON.parse((await simulated(file, '--seed', '5', '--json')).stdout) as Printed;
	expect(single.fingerprint).toBe(runs[2]?.fingerprint);
});

test('--requests, --duration and --warm-up set how long the run is', async () => {
	const { file } = await saved(three);
	const lengths = async (...flags: string[]): Promise<Printed> =>
		JSON.parse((await simulated(file, '--json', ...flags)).stdout) as Printed;
	expect(await lengths('--requests', '4000')).toMatchObject({ warmUpMs: 2000, durationMs: 52_000 });
	expect(await lengths('--duration', '4.5')).toMatchObject({ warmUpMs: 2000, durationMs: 4500 });
	const { n, ...rest } = await lengths('--duration', '3500ms', '--warm-up', '1s');
	expect(rest).toMatchObject({ warmUpMs: 1000, durationMs: 3500 });
	// 200 expected; five standard deviations.
	expect(Math.abs(n - 200)).toBeLessThan(71);
});

test('--compare pairs strategies on the same arrivals, and knows their difference better than either', async () => {
	const { file } = await saved(three);
	const flags = ['--compare', 'random,two-choices,least-connections', '--seeds', '1..8'];
	const { stdout } = await simulated(file, ...flags, '--json');
	const { strategies, differences } = JSON.parse(stdout) as {
		strategies: (Printed & { strategy: string })[];
		differences: { strategy: string; against: string; metrics: Printed['metrics'] }[];
	};
	expect(strategies.map(({ strategy }) => strategy)).toEqual(['random', 'two-choices', 'least-connections']);
	expect(new Set(strategies.map(({ n }) => n)).size).toBe(1);
	expect(differences.map(({ strategy, against }) => [strategy, against])).toEqual([
		['two-choices', 'random'],
		['least-connections', 'random']
	]);
	const [random] = strategies;
	for (const { strategy, metrics } of differences) {
		const other = strategies.find((one) => one.strategy === strategy);
		const [a, b, d] = [other?.metrics['mean'], random?.metrics['mean'], metrics['mean']];
		expect(d?.value).toBeCloseTo(Number(a?.value) - Number(b?.value), 9);
		expect(Number(d?.value) + Number(d?.halfWidth)).toBeLessThan(0);
		expect(d?.halfWidth).toBeLessThan(Math.hypot(a?.halfWidth ?? 0, b?.halfWidth ?? 0));
	}
	const table = await simulated(file, ...flags);
	expect(table.stdout).toMatch(
		/ random +two-choices +least-connections +two-choices − random +least-connections − random\n/
	);
	expect(table.stdout).toContain('differences are paired, on the same arrivals and work');
});

test('--csv has a line for each metric of each strategy and difference, all with as many fields as the head', async () => {
	const { file } = await saved(three);
	const { stdout } = await simulated(file, '--compare', 'random,two-choices', '--csv');
	const [head = '', ...lines] = stdout.trimEnd().split('\n');
	const names = head.split(',');
	expect(lines).toHaveLength(3 * 9);
	const rows = lines.map((line) => {
		const fields = line.split(',');
		expect(fields).toHaveLength(names.length);
		return Object.fromEntries(fields.map((field, index) => [names[index], field])) as Record<string, string>;
	});
	expect(
		rows.filter(({ metric }) => metric === 'p95').map(({ strategy, against }) => [strategy, against])
	).toEqual([
		['random', ''],
		['two-choices', ''],
		['two-choices', 'random']
	]);
	for (const { seeds, warm_up_ms, duration_ms, n } of rows) {
		expect([seeds, warm_up_ms, duration_ms]).toEqual(['1', '2000', '20000']);
		expect(Number(n)).toBeGreaterThan(1000);
	}
});

test('from a load of 1 on no mean is told, only that it is unstable', async () => {
	const { file } = await saved({ ...three, traffic: { perSecond: 110 } });
	const { stdout } = await simulated(file);
	expect(stdout).toContain('offered load ρ = 1.10');
	expect(stdout).toMatch(/latency, mean \(ms\) +unstable\n/);
	expect(stdout).toMatch(/unstable: as much comes as can be served, or more \(ρ ≥ 1\)/);
	const { metrics } = JSON.parse((await simulated(file, '--json')).stdout) as Printed;
	expect(metrics['mean']).toEqual({ unit: 'ms', value: null, halfWidth: null, groups: 1, doubt: 'unstable' });
});

test('a run that takes in ever more than it can answer is stopped, says so, and tells what was measured', async () => {
	const { file } = await saved({
		servers: [{ id: 'A', queue: 1_000_000 }],
		work: { meanMs: 1000 },
		traffic: { perSecond: 100_000 }
	});
	const { stdout } = await simulated(file);
	expect(stdout).toContain('stopped: ever more requests were on their way, and no end to it');
	expect(stdout).toMatch(/goodput \(a second\) +[\d.]+/);
	expect(JSON.parse((await simulated(file, '--json')).stdout)).toMatchObject({ diverged: 1 });
});

test('too short a run gives numbers without intervals, and says why', async () => {
	const { file } = await saved(three);
	const { stdout } = await simulated(file, '--requests', '1000');
	expect(stdout).toMatch(/latency, mean \(ms\) +[\d.]+ \(short\)\n/);
	expect(stdout).toContain('this run cannot know its interval yet; ask for more with --requests');
});

const rough = {
	...three,
	servers: [
		{ id: 'A', queue: 10 },
		{ id: 'B', queue: 10, workers: 2 },
		{ id: 'C', queue: 10, speed: 2 }
	],
	balancer: { retries: 2, health: { fall: 3, ejectMs: 2000 } },
	changes: [
		{ at: 3000, do: 'stop', server: 'A' },
		{ at: 6000, do: 'restart', server: 'A' },
		{ at: 8000, do: 'drain', server: 'B' },
		{ at: 9000, do: 'ready', server: 'B' },
		{ at: 10_000, do: 'add', server: { id: 'D' } },
		{ at: 12_000, do: 'weight', server: 'C', weight: 3 },
		{ at: 13_000, do: 'strategy', strategy: { name: 'least-connections' } },
		{ at: 15_000, do: 'remove', server: 'D' }
	]
};

test.each(['always', 'avoid', 'never'])(
	'--log writes a run with hedges and retries that redispatch (%s), and it replays the same: a hedge costs no retry there either',
	async (redispatch) => {
		const balancer = { ...rough.balancer, retries: 4, hedgeMs: 40, timeoutMs: 300, redispatch };
		const servers = rough.servers.map((server) => ({ ...server, errors: 0.3 }));
		const { file, beside } = await saved({ ...rough, servers, balancer });
		const log = beside('run.jsonl');
		await simulated(file, '--log', log);
		const recording = readRecording(await readFile(log, 'utf8'), log);
		const { same, total, difference } = replay(recording, log);
		expect(difference).toBeUndefined();
		expect(same).toBe(total);
		const tries = recording.events.flatMap(({ event }) => (event.kind === 'pick' ? [event.attempt] : []));
		expect(tries.filter((attempt) => attempt > balancer.retries).length).toBeGreaterThan(5);
	}
);

test.each(['two-choices', 'smooth-weighted-round-robin', 'peak-ewma', 'consistent-hash'])(
	'--log writes a run of %s that replays the same, and writing changes nothing',
	async (strategy) => {
		const { file, beside } = await saved(rough);
		const log = beside('run.jsonl');
		const silent = await simulated(file, '--strategy', strategy);
		expect(await simulated(file, '--strategy', strategy, '--log', log)).toEqual(silent);
		const recording = readRecording(await readFile(log, 'utf8'), log);
		const { same, total, difference } = replay(recording, log);
		expect(difference).toBeUndefined();
		expect(same).toBe(total);
		expect(total).toBeGreaterThan(1000);
		const { header, events, cut } = recording;
		expect(header.strategy.name).toBe(strategy);
		expect(cut).toBe(false);
		const kinds = new Set(events.map(({ event }) => event.kind));
		for (const kind of ['send', 'pick', 'queue', 'start', 'finish', 'end', 'answer', 'backend', 'strategy'])
			expect(kinds).toContain(kind);
	}
);

test('where a replay would lack what decided, the log has plain events, and that is said', async () => {
	const { file, beside } = await saved({ ...three, balancer: { gates: 2 } });
	const log = beside('run.jsonl');
	const { stderr } = await simulated(file, '--log', log);
	expect(stderr).toBe(`${log} has plain events: its balancer does what a replay cannot repeat.\n`);
	const [first = '', ...others] = (await readFile(log, 'utf8')).trimEnd().split('\n');
	expect(JSON.parse(first)).toMatchObject({ kind: 'strategy', at: 0 });
	expect(others.length).toBeGreaterThan(5000);
	for (const line of others) expect(JSON.parse(line)).toHaveProperty('at');
});

test.each([
	[['--seeds', '5..1'], '--seeds is "5..1": write a range such as 1..50, of at most 1000 seeds.'],
	[['--seeds', '1..2000'], '--seeds is "1..2000": write a range such as 1..50, of at most 1000 seeds.'],
	[
		['--seed', '1', '--seeds', '1..2'],
		'--seed with --seeds: a run has one seed, replications have several: leave one out.'
	],
	[
		['--requests', '10', '--duration', '5'],
		'--requests with --duration: each of them says how long the run is: leave one out.'
	],
	[['--requests', '0'], '--requests is "0": use a whole number from 1 to 200000000.'],
	[
		['--requests', '100000000'],
		'--requests 100000000: after the warm-up a whole day of this traffic has 6,911,840: ask for fewer, or raise traffic.perSecond.'
	],
	[
		['--duration', 'long'],
		'--duration is "long": write seconds, such as 90 or 1.5s, or 1500ms; at most a day.'
	],
	[
		['--duration', '1'],
		'FILE with --duration 1000ms: warmUpMs is 2000: leaves nothing to measure: stay below durationMs, 1000.'
	],
	[['--json', '--csv'], '--json with --csv: the output has one form: leave one out.'],
	[
		['--compare', 'random'],
		'--compare is "random": name two strategies or more, such as random,two-choices.'
	],
	[
		['--compare', 'random,random'],
		'--compare is "random,random": "random" is there twice, and differs by nothing: name it once.'
	],
	[
		['--compare', 'random,juggle'],
		'--compare names "juggle": there is no such strategy; golangia strategies lists those there are.'
	],
	[
		['--compare', 'random,two-choices', '--strategy', 'random'],
		'--strategy random with --compare: the strategies to run are those compared: add it to them.'
	],
	[['--knob', 'choices=3'], '--knob turns a knob of --strategy: name the strategy as well.'],
	[
		['--log', 'x', '--seeds', '1..2'],
		'--log x with several runs: a log is of one: use --seed and --strategy to choose it.'
	],
	[
		['--log', 'x', '--duration', '80000'],
		'--log x of about 6,400,000 requests would be too large to be read: stay below 1,000,000 with --requests or --duration.'
	],
	[
		['--log', '/no/such/folder/x'],
		'--log "/no/such/folder/x" cannot be written (ENOENT): choose another file.'
	]
])('simulate %j is refused in one sentence', async (flags, sentence) => {
	const { file } = await saved(three);
	const said = await simulated(file, ...flags).catch((error: unknown) => error);
	expect(said).toBeInstanceOf(InputError);
	expect((said as InputError).message.replaceAll(file, 'FILE')).toBe(sentence);
});

test('a refusal goes to stderr, and the exit code is 2', async () => {
	const { file } = await saved(three);
	expect(await golangia('simulate', file, '--seeds', '9..1')).toEqual({
		code: 2,
		stdout: '',
		stderr: '--seeds is "9..1": write a range such as 1..50, of at most 1000 seeds.\n'
	});
});

test('how many requests users send is theirs to say, so --requests is refused with them', async () => {
	const { file } = await saved({ ...three, traffic: { arrivals: 'users' } });
	await expect(simulated(file, '--requests', '100')).rejects.toThrow(
		'--requests 100: how many come is not the traffic\'s rate where arrivals are "users": use --duration.'
	);
});

test('a link of the playground runs as the scenario that is in it does, and a preset is one', async () => {
	const { stdout } = await golangia('preset', 'brown-out');
	const scenario = readScenario({ ...(JSON.parse(stdout) as object), durationMs: 5000, changes: [] });
	const { file } = await saved(scenario);
	const fingerprint = (text: string): unknown => (JSON.parse(text) as { fingerprint: string }).fingerprint;
	const ofFile = await simulated(file, '--json');
	const ofLink = await simulated(`https://host.example/play#s=${linkOf(scenario)}`, '--json');
	expect(fingerprint(ofLink.stdout)).toBe(fingerprint(ofFile.stdout));
	await expect(simulated('#s=nonsense')).rejects.toThrow('the link: ');
	expect((await golangia('preset')).stdout).toContain('retry-storm');
});
