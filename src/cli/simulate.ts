import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { shelf } from '#balancer/strategies/index.ts';
import { InputError, jsonOf } from '#record/input.ts';
import { readScenario, type Scenario, scenarioJsonSchema } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';
import { type Summary, summaryOf, type Time } from '#simulator/summary.ts';
import { addKnob, integerOf, strategyOf } from './flags.ts';

interface Options {
	readonly seed?: number;
	readonly strategy?: string;
	readonly knob?: Readonly<Record<string, number>>;
	readonly json?: true;
}

/** `golangia simulate FILE`: run a scenario to its end, as the page would, and say what came of it. */
export function registerSimulate(program: Command): void {
	program
		.command('simulate')
		.description('run a scenario file to its end and print what came of it')
		.argument('<file>', 'a scenario (JSON), such as the playground saves')
		.option('--seed <n>', "seed, instead of the file's", integerOf('--seed', 0, Number.MAX_SAFE_INTEGER))
		.option('--strategy <name>', "strategy, instead of the file's")
		.option('--knob <name=value>', 'a knob of that strategy (repeatable)', addKnob)
		.option('--json', 'print JSON for other programs')
		.addHelpText(
			'after',
			'\nExamples:\n  golangia simulate siege.json --seed 7\n  golangia simulate siege.json --strategy two-choices --knob choices=3 --json\n'
		)
		.action(async (file: string, options: Options) => {
			const scenario = changed(readScenario(jsonOf(await textOf(file), file), file), options);
			const summary = summaryOf(simulate(scenario));
			console.log(options.json ? JSON.stringify(summary, null, 2) : tableOf(summary));
		});
	program
		.command('schema')
		.description('print the JSON Schema of scenario files, for editors')
		.action(() => {
			console.log(JSON.stringify(scenarioJsonSchema(), null, 2));
		});
}

function changed(scenario: Scenario, { seed = scenario.seed, strategy, knob }: Options): Scenario {
	if (strategy === undefined) {
		if (knob !== undefined)
			throw new InputError('--knob turns a knob of --strategy: name the strategy as well.');
		return { ...scenario, seed };
	}
	return { ...scenario, seed, strategy: strategyOf(strategy, knob ?? {}) };
}

async function textOf(file: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
		throw new InputError(`${file}: cannot be read (${code}): check the name.`);
	}
}

function tableOf({
	strategy,
	seed,
	sent,
	ok,
	failed,
	failures,
	goodput,
	fingerprint,
	servers,
	...times
}: Summary): string {
	const reasons = Object.entries(failures).map(([reason, number]) => `${count(number)} ${reason}`);
	const latency = [
		`mean ${ms(times.meanMs)}`,
		`p50 ${ms(times.p50Ms)}`,
		`p95 ${ms(times.p95Ms)}`,
		`p99 ${ms(times.p99Ms)}`
	];
	return [
		`${shelf[strategy].title}, seed ${String(seed)}`,
		`  sent      ${count(sent)}`,
		`  answered  ${count(ok)} well, ${count(failed)} failed${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`,
		`  goodput   ${goodput.toFixed(1)} a second`,
		`  latency   ${latency.join(', ')} (n = ${count(ok + failed)})`,
		...servers.map(
			(one) => `  ${one.id.padEnd(8)}  picked ${count(one.picked)}, failed ${count(one.failed)}`
		),
		`  log       ${fingerprint}`
	].join('\n');
}

const count = (value: number): string => value.toLocaleString('en');

function ms(time: Time): string {
	if (time === null) return 'none';
	return time === 'never' ? 'never' : `${String(Math.round(time))} ms`;
}
