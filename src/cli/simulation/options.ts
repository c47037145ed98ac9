import { shelf } from '#balancer/strategies/index.ts';
import type { StrategyChoice } from '#record/choice.ts';
import { InputError } from '#record/input.ts';
import { expectedArrivals } from '#simulator/offered-load.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';
import { strategyOf } from '../flags.ts';

/** What was asked for on the command line. */
export interface Options {
	readonly seed?: number;
	readonly seeds?: readonly number[];
	readonly requests?: number;
	readonly duration?: number;
	readonly warmUp?: number;
	readonly strategy?: string;
	readonly knob?: Readonly<Record<string, number>>;
	readonly compare?: readonly string[];
	readonly json?: true;
	readonly csv?: true;
	readonly log?: string;
	readonly audit?: true;
}

/** What is to be run: each scenario, the same but for its strategy, with each seed. */
export interface Plan {
	readonly scenarios: readonly Scenario[];
	readonly seeds: readonly number[];
}

/** @throws InputError when options contradict each other, or the scenario that they make is refused. */
export function planOf(scenario: Scenario, file: string, options: Options): Plan {
	refuseContradictions(options);
	const seeds = options.seeds ?? [options.seed ?? scenario.seed];
	const base = lengthened({ ...scenario, seed: seeds[0] ?? scenario.seed }, options);
	const scenarios = choicesOf(scenario, options).map((strategy) =>
		// Read again: a shorter run may end before its changes, a strategy may not be for so many servers.
		readScenario({ ...base, strategy }, sourceOf(file, options))
	);
	return { scenarios, seeds };
}

/** `1..50`: whole numbers in order. @throws InputError */
export function seedsOf(text: string): number[] {
	const [, first, last] = /^(\d{1,15})\.\.(\d{1,15})$/.exec(text) ?? [];
	const [from, to] = [Number(first), Number(last)];
	if (!(to >= from && to - from < 1000))
		throw new InputError(`--seeds is "${text}": write a range such as 1..50, of at most 1000 seeds.`);
	return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** `round-robin,two-choices`: two strategies or more. @throws InputError */
export function namesOf(text: string): string[] {
	const names = text.split(',');
	if (names.length < 2)
		throw new InputError(`--compare is "${text}": name two strategies or more, such as random,two-choices.`);
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	if (twice !== undefined)
		throw new InputError(
			`--compare is "${text}": "${twice}" is there twice, and differs by nothing: name it once.`
		);
	return names;
}

/** `90`, `90s` or `1500ms`, in milliseconds. @throws InputError */
export function spanOf(flag: string, leastMs: number): (text: string) => number {
	return (text) => {
		const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text) ?? [];
		const ms = Number(number) * (unit === 'ms' ? 1 : 1000);
		if (!(ms >= leastMs && ms <= day))
			throw new InputError(
				`${flag} is "${text}": write seconds, such as 90 or 1.5s, or 1500ms; at most a day.`
			);
		return ms;
	};
}

const day = 86_400_000;
/** A recording of more requests than this would be larger than most programs can read. */
const mostLogged = 1_000_000;

function refuseContradictions(options: Options): void {
	const { seed, seeds, requests, duration, json, csv, compare, strategy, knob, log } = options;
	if (seed !== undefined && seeds !== undefined)
		throw new InputError(
			'--seed with --seeds: a run has one seed, replications have several: leave one out.'
		);
	if (requests !== undefined && duration !== undefined)
		throw new InputError('--requests with --duration: each of them says how long the run is: leave one out.');
	if (json === true && csv === true)
		throw new InputError('--json with --csv: the output has one form: leave one out.');
	if (compare !== undefined && strategy !== undefined)
		throw new InputError(
			`--strategy ${strategy} with --compare: the strategies to run are those compared: add it to them.`
		);
	if (knob !== undefined && strategy === undefined)
		throw new InputError('--knob turns a knob of --strategy: name the strategy as well.');
	if (log !== undefined && (compare !== undefined || (seeds?.length ?? 1) > 1))
		throw new InputError(
			`--log ${log} with several runs: a log is of one: use --seed and --strategy to choose it.`
		);
}

function choicesOf(scenario: Scenario, { compare, strategy, knob }: Options): StrategyChoice[] {
	if (compare !== undefined) return compare.map((name) => namedBy('--compare', name));
	return [strategy === undefined ? scenario.strategy : strategyOf(strategy, knob ?? {})];
}

function namedBy(flag: string, name: string): StrategyChoice {
	if (!Object.hasOwn(shelf, name))
		throw new InputError(
			`${flag} names "${name}": there is no such strategy; golangia strategies lists those there are.`
		);
	return strategyOf(name, {});
}

/** With the warm-up and the length that were asked for. */
function lengthened(scenario: Scenario, { warmUp, duration, requests, log }: Options): Scenario {
	const { warmUpMs } = { warmUpMs: warmUp ?? scenario.warmUpMs };
	let changed = { ...scenario, warmUpMs, durationMs: duration ?? scenario.durationMs };
	if (requests !== undefined) changed = { ...changed, durationMs: lengthFor(requests, changed) };
	const logged = expectedArrivals(changed, 0, changed.durationMs);
	if (log !== undefined && logged > mostLogged)
		throw new InputError(
			`--log ${log} of about ${Math.round(logged).toLocaleString('en')} requests would be too large to be read: stay below ${mostLogged.toLocaleString('en')} with --requests or --duration.`
		);
	return changed;
}

/** When the traffic must stop for so many requests to be expected after the warm-up. */
function lengthFor(requests: number, scenario: Scenario): number {
	const { arrivals } = scenario.traffic;
	if (arrivals === 'users' || arrivals === 'trace')
		throw new InputError(
			`--requests ${String(requests)}: how many come is not the traffic's rate where arrivals are "${arrivals}": use --duration.`
		);
	const expected = (durationMs: number): number => expectedArrivals(scenario, scenario.warmUpMs, durationMs);
	if (expected(day) < requests)
		throw new InputError(
			`--requests ${String(requests)}: after the warm-up a whole day of this traffic has ${expected(day).toLocaleString('en', { maximumFractionDigits: 0 })}: ask for fewer, or raise traffic.perSecond.`
		);
	let [low, high] = [scenario.warmUpMs, day];
	while (high - low > 1e-6 * high) {
		const middle = (low + high) / 2;
		if (expected(middle) < requests) low = middle;
		else high = middle;
	}
	// Whole milliseconds where they are fine enough.
	return high - scenario.warmUpMs > 1000 ? Math.round(high) : high;
}

/** The file, and what was changed in it: a refusal may be about either. */
function sourceOf(file: string, { requests, duration, warmUp }: Options): string {
	const flags = [
		requests !== undefined && `--requests ${String(requests)}`,
		duration !== undefined && `--duration ${String(duration)}ms`,
		warmUp !== undefined && `--warm-up ${String(warmUp)}ms`
	].filter((flag) => flag !== false);
	return flags.length === 0 ? file : `${file} with ${flags.join(' and ')}`;
}
