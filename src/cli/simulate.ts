import type { Command } from 'commander';
import { InputError, jsonOf } from '#record/input.ts';
import { debug } from '#simulator/books.ts';
import { Engine } from '#simulator/engine.ts';
import { readAddress } from '#simulator/link.ts';
import { measure } from '#simulator/measure.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario, type Scenario, scenarioJsonSchema } from '#simulator/scenario.ts';
import { summaryOf } from '#simulator/summary.ts';
import { addKnob, integerOf } from './flags.ts';
import { csvOfReport, jsonOfReport } from './simulation/forms.ts';
import { isReplayable, logTo } from './simulation/log.ts';
import { namesOf, type Options, type Plan, planOf, seedsOf, spanOf } from './simulation/options.ts';
import { progressOn } from './simulation/progress.ts';
import { type Report, reportOf, type Run } from './simulation/report.ts';
import { tableOf } from './simulation/table.ts';
import { textOf } from './text.ts';

const help = `
The run's length is the file's, unless --requests or --duration says otherwise; requests of the warm-up are not counted.
Intervals hold 95 % of the time: from the batch means of one run, from replications with --seeds. A number that cannot be
known yet says so: "few", "short", "never" or "unstable".

--json: of one run its summary (sent, ok, failed, failures, meanMs, p50Ms …, amplification, hedges, wastedMs, sessionMisses,
reads, staleReads, jain, peakToMean, servers, fingerprint) together with strategy,
knobs, seeds, warmUpMs, durationMs, n, settledMs (MSER-5), offeredLoad, diverged, runs (a summary for each seed) and
metrics: for goodput, failed, mean, wait, p50, p90, p95, p99, p99.9 each {unit, value, halfWidth, groups, doubt?}. value is null
(nothing measured, or unstable), "never" or a number; halfWidth is null where it is not known; groups counts batches
or runs. With --compare: {strategies: [all that for each], differences: [{strategy, against, metrics}]}.
--csv: a line for each metric: strategy,against,seeds,warm_up_ms,duration_ms,n,metric,unit,value,half_width_95,groups,doubt;
"against" is filled in lines of paired differences.
--log: JSON Lines, one event a line, which golangia replay takes up; without its first line, the header, where a
replay would lack what the strategy went by (several balancers, news of the servers, kept connections, fan-out, hedges
that wait in a queue).

Exit code 0: done, 2: something was wrong in the file or the flags.

Examples:
  golangia simulate siege.json --seed 7
  golangia simulate siege.json --seeds 1..20 --requests 100000
  golangia simulate siege.json --strategy two-choices --knob choices=3 --json
  golangia simulate siege.json --compare round-robin,two-choices,least-connections --seeds 1..10 --csv
  golangia simulate siege.json --duration 20 --log siege.jsonl && golangia replay siege.jsonl
`;

/** `golangia simulate FILE`: run a scenario to its end, as the page would, and say what came of it. */
export function registerSimulate(program: Command): void {
	program
		.command('simulate')
		.description('run a scenario file to its end and print what came of it')
		.argument('<file>', 'a scenario (JSON), such as the playground saves, or a link that it copies')
		.option('--seed <n>', "seed, instead of the file's", integerOf('--seed', 0, Number.MAX_SAFE_INTEGER))
		.option('--seeds <a..b>', 'a run with each of these seeds, such as 1..50', seedsOf)
		.option(
			'--requests <n>',
			'as long as so many requests take to come after the warm-up',
			integerOf('--requests', 1, 200_000_000)
		)
		.option('--duration <time>', 'traffic stops then: seconds, or 1500ms', spanOf('--duration', 1))
		.option('--warm-up <time>', 'requests sent before are not counted', spanOf('--warm-up', 0))
		.option('--strategy <name>', "strategy, instead of the file's")
		.option('--knob <name=value>', 'a knob of that strategy (repeatable)', addKnob)
		.option('--compare <a,b>', 'run each of these strategies on the same arrivals and pair them', namesOf)
		.option('--json', 'print JSON for other programs')
		.option('--csv', 'print CSV for tables')
		.option('--log <file>', "write the run's events to a file")
		.option('--audit', 'hold the run against the rules of the model at every event; a broken one ends it')
		.addHelpText('after', help)
		.action(async (file: string, options: Options) => {
			const scenario = await scenarioOf(file);
			const report = run(planOf(scenario, file, options), options);
			if (options.json === true) console.log(jsonOfReport(report));
			else if (options.csv === true) console.log(csvOfReport(report));
			else console.log(tableOf(report));
		});
	program
		.command('preset')
		.description('print a scenario that the playground offers; without a name, list them')
		.argument('[name]', 'such as retry-storm')
		.addHelpText(
			'after',
			'\nExamples:\n  golangia preset\n  golangia preset retry-storm > storm.json && golangia simulate storm.json\n'
		)
		.action((name?: string) => {
			if (name === undefined) {
				for (const { id, says } of presets) console.log(`${id.padEnd(16)}${says}`);
				return;
			}
			const preset = presets.find(({ id }) => id === name);
			if (preset === undefined) {
				const names = presets.map(({ id }) => id).join(', ');
				throw new InputError(`preset is "${name}": there is no such one; use ${names}.`);
			}
			console.log(JSON.stringify(preset.scenario, null, '\t'));
		});
	program
		.command('schema')
		.description('print the JSON Schema of scenario files, for editors')
		.action(() => {
			console.log(JSON.stringify(scenarioJsonSchema(), null, 2));
		});
}

function run({ scenarios, seeds }: Plan, { log, audit: audits }: Options): Report {
	if (audits === true) debug.books = true;
	const progress = progressOn(process.stderr);
	const total = scenarios.length * seeds.length;
	let done = 0;
	const runOne = (scenario: Scenario, seed: number): Run => {
		const engine = new Engine(scenario, seed);
		const written = log === undefined ? undefined : logTo(log, scenario, seed);
		written?.write(engine);
		const measured = measure(engine, (share) => {
			progress.show(
				(done + share) / total,
				`${scenario.strategy.name}, seed ${String(seed)}, ${engine.sent.toLocaleString('en')} requests`
			);
		});
		written?.close();
		done++;
		return {
			summary: summaryOf(engine),
			measured,
			settledMs: engine.metrics.settledAt,
			diverged: engine.diverged
		};
	};
	try {
		const runs = scenarios.map((scenario) => seeds.map((seed) => runOne(scenario, seed)));
		return reportOf(scenarios, seeds, runs);
	} finally {
		progress.clear();
		const [scenario] = scenarios;
		if (log !== undefined && scenario !== undefined && !isReplayable(scenario))
			console.error(`${log} has plain events: its balancer does what a replay cannot repeat.`);
	}
}

/** A file, or a link to the playground with all of it inside. @throws InputError */
export async function scenarioOf(file: string): Promise<Scenario> {
	const address = /^[^#]*#(?=.*\bs=)/.test(file) ? readAddress(file.replace(/^[^#]*/, '')) : undefined;
	if (address?.difference !== undefined)
		console.error(
			`The link compares two runs: this is the first; the other has ${address.difference.path} ${JSON.stringify(address.difference.value)}.`
		);
	return address?.scenario ?? readScenario(jsonOf(await textOf(file), file), file);
}
