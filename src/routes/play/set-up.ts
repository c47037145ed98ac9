import { valueAt } from '#simulator/fields.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { arrivals, laws } from '#view/facts.ts';

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

export interface Group {
	readonly title: string;
	readonly controls: readonly Control[];
}

const ms = (value: number): string =>
	value >= 1000 ? `${String(Number((value / 1000).toPrecision(3)))} s` : `${String(value)} ms`;
const percent = (value: number): string => `${String(Math.round(value * 100))} %`;
const times = (value: number): string => `×${String(value)}`;
const places = (value: number): string => `${String(value)} places`;

const has =
	(path: string): When =>
	(scenario) =>
		valueAt(scenario, path) !== null;
const is =
	(path: string, ...values: readonly string[]): When =>
	(scenario) =>
		values.includes(String(valueAt(scenario, path)));
const optionsOf = (words: Readonly<Record<string, string>>, values: readonly string[]) =>
	values.map((value) => ({ value, label: words[value] ?? value }));

/** The whole model, but for what only one server or a file can say. */
export const groups: readonly Group[] = [
	{
		title: 'Traffic',
		controls: [
			{
				kind: 'choice',
				label: 'Arrivals',
				path: 'traffic.arrivals',
				options: optionsOf(arrivals, ['poisson', 'steady', 'erlang', 'hyperexponential', 'bursts', 'users'])
			},
			{
				kind: 'number',
				label: 'A busy spell brings',
				path: 'traffic.bursts.times',
				min: 1,
				max: 20,
				format: times,
				when: is('traffic.arrivals', 'bursts')
			},
			{
				kind: 'number',
				label: 'Busy for',
				path: 'traffic.bursts.busyMs',
				min: 500,
				max: 30_000,
				step: 500,
				format: ms,
				when: is('traffic.arrivals', 'bursts')
			},
			{
				kind: 'number',
				label: 'Quiet for',
				path: 'traffic.bursts.quietMs',
				min: 500,
				max: 60_000,
				step: 500,
				format: ms,
				when: is('traffic.arrivals', 'bursts')
			},
			{
				kind: 'number',
				label: 'Users',
				path: 'traffic.users',
				min: 1,
				max: 300,
				when: is('traffic.arrivals', 'users')
			},
			{
				kind: 'number',
				label: 'They think for',
				path: 'traffic.think.meanMs',
				min: 0,
				max: 20_000,
				step: 250,
				format: ms,
				when: is('traffic.arrivals', 'users')
			},
			{ kind: 'number', label: 'Clients', path: 'traffic.clients', min: 1, max: 1000 },
			{
				kind: 'number',
				label: 'Share of one giant client',
				path: 'traffic.giant',
				min: 0,
				max: 0.9,
				step: 0.05,
				format: percent
			},
			{
				kind: 'number',
				label: 'People behind its address',
				path: 'traffic.giantSessions',
				min: 1,
				max: 400,
				when: (scenario) => scenario.traffic.giant > 0
			},
			{ kind: 'number', label: 'Zipf’s exponent', path: 'traffic.zipf', min: 0, max: 2, step: 0.1 },
			{
				kind: 'part',
				label: 'Clients wait',
				path: 'traffic.patience',
				on: { meanMs: 3000 },
				words: ['as long as it takes', 'only so long']
			},
			{
				kind: 'number',
				label: 'Patience',
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
		title: 'Work and network',
		controls: [
			{
				kind: 'choice',
				label: 'Work of a request',
				path: 'work.law',
				options: optionsOf(laws, Object.keys(laws))
			},
			{ kind: 'number', label: 'Mean work', path: 'work.meanMs', min: 10, max: 1000, step: 10, format: ms },
			{
				kind: 'number',
				label: 'Coefficient of variation',
				path: 'work.cv',
				min: 0.1,
				max: 6,
				step: 0.1,
				when: is('work.law', 'lognormal')
			},
			{
				kind: 'number',
				label: 'Share of the big ones',
				path: 'work.share',
				min: 0.01,
				max: 0.5,
				step: 0.01,
				format: percent,
				when: is('work.law', 'bimodal', 'hyperexponential')
			},
			{
				kind: 'number',
				label: 'They are as big as',
				path: 'work.times',
				min: 2,
				max: 100,
				format: times,
				when: is('work.law', 'bimodal', 'hyperexponential')
			},
			{
				kind: 'number',
				label: 'Road, one way',
				path: 'network.hopMs',
				min: 0,
				max: 100,
				step: 5,
				format: (value) => `${String(value)} ms a stretch`
			},
			{ kind: 'number', label: 'How much that varies', path: 'network.cv', min: 0, max: 2, step: 0.1 }
		]
	},
	{
		title: 'Servers',
		controls: [
			{ kind: 'number', label: 'Workers of a server', path: 'servers.*.workers', min: 1, max: 8 },
			{
				kind: 'choice',
				label: 'They serve',
				path: 'servers.*.discipline',
				options: [
					{ value: 'fcfs', label: 'one after the other' },
					{ value: 'sharing', label: 'all at once, sharing' }
				]
			},
			{
				kind: 'number',
				label: 'Queue of a server',
				path: 'servers.*.queue',
				min: 0,
				max: 200,
				format: places
			},
			{
				kind: 'part',
				label: 'Too many inside',
				path: 'servers.*.thrash',
				on: { above: 10, loss: 0.1 },
				words: ['change nothing', 'slow it down']
			},
			{
				kind: 'number',
				label: 'From so many inside',
				path: 'servers.*.thrash.above',
				min: 0,
				max: 60,
				when: has('servers.*.thrash')
			},
			{
				kind: 'part',
				label: 'After a restart',
				path: 'servers.*.coldStart',
				on: { ms: 15_000, from: 0.2 },
				words: ['it is fast at once', 'it warms up']
			},
			{
				kind: 'number',
				label: 'Errors after the work',
				path: 'servers.*.errors',
				min: 0,
				max: 0.9,
				step: 0.05,
				format: percent
			}
		]
	},
	{
		title: 'When something fails',
		controls: [
			{
				kind: 'part',
				label: 'An attempt may take',
				path: 'balancer.timeoutMs',
				on: 1000,
				words: ['any time', 'only so long']
			},
			{
				kind: 'number',
				label: 'Timeout',
				path: 'balancer.timeoutMs',
				min: 50,
				max: 10_000,
				step: 50,
				format: ms,
				when: has('balancer.timeoutMs')
			},
			{ kind: 'number', label: 'Retries', path: 'balancer.retries', min: 0, max: 5 },
			{
				kind: 'number',
				label: 'Pause before a retry',
				path: 'balancer.backoff.baseMs',
				min: 0,
				max: 2000,
				step: 50,
				format: ms
			},
			{
				kind: 'part',
				label: 'Retries are',
				path: 'balancer.budget',
				on: { ratio: 0.1, most: 10 },
				words: ['free', 'on a budget']
			},
			{
				kind: 'number',
				label: 'A request earns',
				path: 'balancer.budget.ratio',
				min: 0,
				max: 1,
				step: 0.05,
				format: (value) => `${String(value)} retries`,
				when: has('balancer.budget')
			},
			{
				kind: 'part',
				label: 'A slow attempt',
				path: 'balancer.hedgeMs',
				on: 500,
				words: ['is waited for', 'is hedged']
			},
			{
				kind: 'number',
				label: 'Hedge after',
				path: 'balancer.hedgeMs',
				min: 20,
				max: 5000,
				step: 20,
				format: ms,
				when: has('balancer.hedgeMs')
			},
			{
				kind: 'flag',
				label: 'What nobody waits for',
				path: 'balancer.cancel',
				words: ['is worked on in vain', 'is called off']
			},
			{
				kind: 'part',
				label: 'Leave out servers that fail',
				path: 'balancer.health',
				on: { fall: 3, ejectMs: 5000 },
				words: ['no', 'after 3 failures, for 5 s']
			},
			{
				kind: 'part',
				label: 'Ask servers how they are',
				path: 'balancer.checks',
				on: { everyMs: 2000, timeoutMs: 2000, fall: 3, rise: 2 },
				words: ['no', 'every 2 s']
			},
			{
				kind: 'part',
				label: 'A server that is back',
				path: 'balancer.slowStartMs',
				on: 20_000,
				words: ['gets its share at once', 'starts slowly, 20 s']
			}
		]
	},
	{
		title: 'The gate',
		controls: [
			{
				kind: 'part',
				label: 'A server gets at once',
				path: 'servers.*.limit',
				on: 4,
				words: ['any number', 'at most so many']
			},
			{
				kind: 'number',
				label: 'Limit',
				path: 'servers.*.limit',
				min: 1,
				max: 30,
				when: has('servers.*.limit')
			},
			{
				kind: 'part',
				label: 'When all are at their limit',
				path: 'balancer.queue',
				on: { limit: 200 },
				words: ['turn away', 'wait at the gate']
			},
			{
				kind: 'part',
				label: 'Inside at once, in all',
				path: 'balancer.most',
				on: 40,
				words: ['any number', 'at most 40']
			},
			{
				kind: 'flag',
				label: 'A client goes',
				path: 'balancer.sticky',
				words: ['wherever the strategy says', 'where it went before']
			},
			{
				kind: 'choice',
				label: 'It knows a client by',
				path: 'balancer.key',
				options: [
					{ value: 'address', label: 'its address' },
					{ value: 'session', label: 'its session cookie' }
				]
			},
			{ kind: 'number', label: 'Requests on a connection', path: 'balancer.perConnection', min: 1, max: 50 },
			{ kind: 'number', label: 'Gates side by side', path: 'balancer.gates', min: 1, max: 8 },
			{
				kind: 'choice',
				label: 'A gate sees',
				path: 'balancer.sees',
				options: [
					{ value: 'own', label: 'its own counts' },
					{ value: 'servers', label: 'what servers hold' }
				]
			},
			{
				kind: 'number',
				label: 'It looks every',
				path: 'balancer.everyMs',
				min: 0,
				max: 10_000,
				step: 250,
				format: (value) => (value === 0 ? 'moment' : ms(value)),
				when: is('balancer.sees', 'servers')
			}
		]
	},
	{
		title: 'Growth and state',
		controls: [
			{
				kind: 'part',
				label: 'How many servers',
				path: 'autoscaler',
				on: { least: 2, most: 12, everyMs: 10_000, bootMs: 20_000, downWindowMs: 60_000 },
				words: ['as they stand', 'as load demands']
			},
			{
				kind: 'number',
				label: 'Share of workers in use',
				path: 'autoscaler.target',
				min: 0.2,
				max: 0.95,
				step: 0.05,
				format: percent,
				when: has('autoscaler')
			},
			{
				kind: 'number',
				label: 'A new server starts in',
				path: 'autoscaler.bootMs',
				min: 0,
				max: 120_000,
				step: 5000,
				format: ms,
				when: has('autoscaler')
			},
			{
				kind: 'part',
				label: 'Clients’ sessions',
				path: 'sessions',
				on: { kept: 'server' },
				words: ['there are none', 'are kept']
			},
			{
				kind: 'choice',
				label: 'Kept',
				path: 'sessions.kept',
				options: [
					{ value: 'server', label: 'in a server’s memory' },
					{ value: 'store', label: 'in a shared store' }
				],
				when: has('sessions')
			},
			{ kind: 'number', label: 'Calls of a request, side by side', path: 'fanOut', min: 1, max: 20 }
		]
	}
];
