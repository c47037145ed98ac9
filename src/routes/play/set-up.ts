import { valueAt } from '#simulator/fields.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { arrivals, laws } from '#view/facts.ts';
import { setUpWords } from '#words/play-set-up.ts';

const say = setUpWords;

/** One thing of a scenario that can be set. `path` names a field by dots; `servers.*.queue` is that of all servers. */
export type Control = { readonly label: string; readonly path: string; readonly when?: When } & (
	| {
			readonly kind: 'number';
			readonly min: number;
			readonly max: number;
			readonly step?: number;
			readonly format?: (value: number) => string;
	  }
	| {
			readonly kind: 'choice';
			readonly options: readonly { readonly value: string; readonly label: string }[];
	  }
	/** A part that is null, or there: with `on` when it is switched on. */
	| { readonly kind: 'part'; readonly on: unknown; readonly words: readonly [off: string, on: string] }
	| { readonly kind: 'flag'; readonly words: readonly [off: string, on: string] }
);
type When = (scenario: Scenario) => boolean;

/** Controls that stand together. `name` is the same in every language. */
export interface Group {
	readonly name: keyof Omit<typeof say, 'units'>;
	readonly title: string;
	readonly controls: readonly Control[];
}

const ms = (value: number): string =>
	value >= 1000 ? say.units.s(Number((value / 1000).toPrecision(3))) : say.units.ms(value);
const percent = (value: number): string => say.units.percent(Math.round(value * 100));
const { times } = say.units;

const has =
	(path: string): When =>
	(scenario) =>
		valueAt(scenario, path) !== null;
const is =
	(path: string, ...values: readonly string[]): When =>
	(scenario) =>
		values.includes(String(valueAt(scenario, path)));
const optionsOf = (names: Readonly<Record<string, string>>, values: readonly string[]) =>
	values.map((value) => ({ value, label: names[value] ?? value }));

/** The whole model, but for what only one server or a file can say. */
export const groups: readonly Group[] = [
	{
		name: 'traffic',
		title: say.traffic.title,
		controls: [
			{
				kind: 'choice',
				label: say.traffic.arrivals,
				path: 'traffic.arrivals',
				options: optionsOf(arrivals, ['poisson', 'steady', 'erlang', 'hyperexponential', 'bursts', 'users'])
			},
			{
				kind: 'number',
				label: say.traffic.bursts,
				path: 'traffic.bursts.times',
				min: 1,
				max: 20,
				format: times,
				when: is('traffic.arrivals', 'bursts')
			},
			{
				kind: 'number',
				label: say.traffic.busy,
				path: 'traffic.bursts.busyMs',
				min: 500,
				max: 30_000,
				step: 500,
				format: ms,
				when: is('traffic.arrivals', 'bursts')
			},
			{
				kind: 'number',
				label: say.traffic.quiet,
				path: 'traffic.bursts.quietMs',
				min: 500,
				max: 60_000,
				step: 500,
				format: ms,
				when: is('traffic.arrivals', 'bursts')
			},
			{
				kind: 'number',
				label: say.traffic.users,
				path: 'traffic.users',
				min: 1,
				max: 300,
				when: is('traffic.arrivals', 'users')
			},
			{
				kind: 'number',
				label: say.traffic.think,
				path: 'traffic.think.meanMs',
				min: 0,
				max: 20_000,
				step: 250,
				format: ms,
				when: is('traffic.arrivals', 'users')
			},
			{ kind: 'number', label: say.traffic.clients, path: 'traffic.clients', min: 1, max: 1000 },
			{
				kind: 'number',
				label: say.traffic.giant,
				path: 'traffic.giant',
				min: 0,
				max: 0.9,
				step: 0.05,
				format: percent
			},
			{
				kind: 'number',
				label: say.traffic.giantSessions,
				path: 'traffic.giantSessions',
				min: 1,
				max: 400,
				when: (scenario) => scenario.traffic.giant > 0
			},
			{ kind: 'number', label: say.traffic.zipf, path: 'traffic.zipf', min: 0, max: 2, step: 0.1 },
			{
				kind: 'part',
				...say.traffic.wait,
				path: 'traffic.patience',
				on: { meanMs: 3000 }
			},
			{
				kind: 'number',
				label: say.traffic.patience,
				path: 'traffic.patience.meanMs',
				min: 100,
				max: 20_000,
				step: 100,
				format: ms,
				when: has('traffic.patience')
			}
		]
	},
	{
		name: 'work',
		title: say.work.title,
		controls: [
			{
				kind: 'choice',
				label: say.work.law,
				path: 'work.law',
				options: optionsOf(laws, Object.keys(laws))
			},
			{ kind: 'number', label: say.work.mean, path: 'work.meanMs', min: 10, max: 1000, step: 10, format: ms },
			{
				kind: 'number',
				label: say.work.cv,
				path: 'work.cv',
				min: 0.1,
				max: 6,
				step: 0.1,
				when: is('work.law', 'lognormal')
			},
			{
				kind: 'number',
				label: say.work.share,
				path: 'work.share',
				min: 0.01,
				max: 0.5,
				step: 0.01,
				format: percent,
				when: is('work.law', 'bimodal', 'hyperexponential')
			},
			{
				kind: 'number',
				label: say.work.times,
				path: 'work.times',
				min: 2,
				max: 100,
				format: times,
				when: is('work.law', 'bimodal', 'hyperexponential')
			},
			{
				kind: 'number',
				label: say.work.hop,
				path: 'network.hopMs',
				min: 0,
				max: 100,
				step: 5,
				format: ms
			},
			{ kind: 'number', label: say.work.hopCv, path: 'network.cv', min: 0, max: 2, step: 0.1 },
			{ kind: 'flag', ...say.work.inClient, path: 'network.inClient' }
		]
	},
	{
		name: 'servers',
		title: say.servers.title,
		controls: [
			{ kind: 'number', label: say.servers.workers, path: 'servers.*.workers', min: 1, max: 8 },
			{
				kind: 'choice',
				label: say.servers.discipline,
				path: 'servers.*.discipline',
				options: [
					{ value: 'fcfs', label: say.servers.fcfs },
					{ value: 'sharing', label: say.servers.sharing }
				]
			},
			{
				kind: 'number',
				label: say.servers.queue,
				path: 'servers.*.queue',
				min: 0,
				max: 200,
				format: say.units.places
			},
			{
				kind: 'part',
				...say.servers.thrash,
				path: 'servers.*.thrash',
				on: { above: 10, loss: 0.1 }
			},
			{
				kind: 'number',
				label: say.servers.thrashAbove,
				path: 'servers.*.thrash.above',
				min: 0,
				max: 60,
				when: has('servers.*.thrash')
			},
			{
				kind: 'part',
				...say.servers.coldStart,
				path: 'servers.*.coldStart',
				on: { ms: 15_000, from: 0.2 }
			},
			{
				kind: 'number',
				label: say.servers.errors,
				path: 'servers.*.errors',
				min: 0,
				max: 0.9,
				step: 0.05,
				format: percent
			}
		]
	},
	{
		name: 'failures',
		title: say.failures.title,
		controls: [
			{
				kind: 'part',
				...say.failures.mayTake,
				path: 'balancer.timeoutMs',
				on: 1000
			},
			{
				kind: 'number',
				label: say.failures.timeout,
				path: 'balancer.timeoutMs',
				min: 50,
				max: 10_000,
				step: 50,
				format: ms,
				when: has('balancer.timeoutMs')
			},
			{ kind: 'number', label: say.failures.retries, path: 'balancer.retries', min: 0, max: 5 },
			{
				kind: 'number',
				label: say.failures.backoff,
				path: 'balancer.backoff.baseMs',
				min: 0,
				max: 2000,
				step: 50,
				format: ms
			},
			{
				kind: 'part',
				...say.failures.budget,
				path: 'balancer.budget',
				on: { ratio: 0.1, most: 10 }
			},
			{
				kind: 'number',
				label: say.failures.earns,
				path: 'balancer.budget.ratio',
				min: 0,
				max: 1,
				step: 0.05,
				format: say.units.retries,
				when: has('balancer.budget')
			},
			{
				kind: 'part',
				...say.failures.hedge,
				path: 'balancer.hedgeMs',
				on: 500
			},
			{
				kind: 'number',
				label: say.failures.hedgeAfter,
				path: 'balancer.hedgeMs',
				min: 20,
				max: 5000,
				step: 20,
				format: ms,
				when: has('balancer.hedgeMs')
			},
			{
				kind: 'flag',
				...say.failures.cancel,
				path: 'balancer.cancel'
			},
			{
				kind: 'part',
				...say.failures.health,
				path: 'balancer.health',
				on: { fall: 3, ejectMs: 5000 }
			},
			{
				kind: 'part',
				...say.failures.checks,
				path: 'balancer.checks',
				on: { everyMs: 2000, timeoutMs: 2000, fall: 3, rise: 2 }
			},
			{
				kind: 'part',
				...say.failures.slowStart,
				path: 'balancer.slowStartMs',
				on: 20_000
			}
		]
	},
	{
		name: 'gate',
		title: say.gate.title,
		controls: [
			{
				kind: 'part',
				...say.gate.limits,
				path: 'servers.*.limit',
				on: 4
			},
			{
				kind: 'number',
				label: say.gate.limit,
				path: 'servers.*.limit',
				min: 1,
				max: 30,
				when: has('servers.*.limit')
			},
			{
				kind: 'part',
				...say.gate.queue,
				path: 'balancer.queue',
				on: { limit: 200 }
			},
			{
				kind: 'part',
				...say.gate.most,
				path: 'balancer.most',
				on: 40
			},
			{
				kind: 'flag',
				...say.gate.sticky,
				path: 'balancer.sticky'
			},
			{
				kind: 'choice',
				label: say.gate.key,
				path: 'balancer.key',
				options: [
					{ value: 'address', label: say.gate.address },
					{ value: 'session', label: say.gate.session }
				]
			},
			{ kind: 'number', label: say.gate.perConnection, path: 'balancer.perConnection', min: 1, max: 50 },
			{ kind: 'number', label: say.gate.gates, path: 'balancer.gates', min: 1, max: 8 },
			{
				kind: 'choice',
				label: say.gate.sees,
				path: 'balancer.sees',
				options: [
					{ value: 'own', label: say.gate.own },
					{ value: 'servers', label: say.gate.held }
				]
			},
			{
				kind: 'number',
				label: say.gate.every,
				path: 'balancer.everyMs',
				min: 0,
				max: 10_000,
				step: 250,
				format: (value) => (value === 0 ? say.units.moment : ms(value)),
				when: is('balancer.sees', 'servers')
			},
			{
				kind: 'number',
				label: say.gate.delay,
				path: 'balancer.delayMs',
				min: 0,
				max: 5000,
				step: 100,
				format: ms,
				when: is('balancer.sees', 'servers')
			}
		]
	},
	{
		name: 'growth',
		title: say.growth.title,
		controls: [
			{
				kind: 'part',
				...say.growth.autoscaler,
				path: 'autoscaler',
				on: { least: 2, most: 12, everyMs: 10_000, bootMs: 20_000, downWindowMs: 60_000 }
			},
			{
				kind: 'number',
				label: say.growth.target,
				path: 'autoscaler.target',
				min: 0.2,
				max: 0.95,
				step: 0.05,
				format: percent,
				when: has('autoscaler')
			},
			{
				kind: 'number',
				label: say.growth.boot,
				path: 'autoscaler.bootMs',
				min: 0,
				max: 120_000,
				step: 5000,
				format: ms,
				when: has('autoscaler')
			},
			{
				kind: 'part',
				...say.growth.sessions,
				path: 'sessions',
				on: { kept: 'server' }
			},
			{
				kind: 'choice',
				label: say.growth.kept,
				path: 'sessions.kept',
				options: [
					{ value: 'server', label: say.growth.inServer },
					{ value: 'store', label: say.growth.inStore }
				],
				when: has('sessions')
			},
			{ kind: 'number', label: say.growth.fanOut, path: 'fanOut', min: 1, max: 20 }
		]
	}
];
