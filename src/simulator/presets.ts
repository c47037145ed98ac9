import { readScenario, type Scenario } from './scenario.ts';

/** A scenario worth meeting: what to see in it, in a sentence or two. */
export interface Preset {
	/** Its name in links and commands. */
	readonly id: string;
	readonly title: string;
	readonly says: string;
	readonly scenario: Scenario;
}

const letters = (count: number): string[] =>
	Array.from({ length: count }, (_, i) => String.fromCharCode(65 + i));

const servers = (count: number, spec: object): object[] => letters(count).map((id) => ({ id, ...spec }));

function preset(id: string, title: string, says: string, scenario: object): Preset {
	const common = { title, network: { hopMs: 20 }, durationMs: 600_000 };
	let read: Scenario | undefined;
	return {
		id,
		title,
		says,
		// Read when it is asked for: a page opens with one of them.
		get scenario() {
			return (read ??= readScenario({ ...common, ...scenario }, `preset ${id}`));
		}
	};
}

/** What the playground opens with and offers. The first is the one it opens with. */
export const presets: readonly Preset[] = [
	preset(
		'playground',
		'Playground',
		'Four servers, busy but not overloaded: one change is enough to see trouble.',
		{
			traffic: { perSecond: 36, clients: 40 },
			work: { meanMs: 150 },
			servers: servers(4, { workers: 2, queue: 20 })
		}
	),
	preset(
		'two-servers',
		'The chapter’s two servers',
		'Two titans that take turns. Kill one, and count the errors until the gate leaves it out.',
		{
			traffic: { perSecond: 12, clients: 20 },
			work: { meanMs: 120 },
			servers: servers(2, { workers: 2, queue: 30 }),
			balancer: { retries: 1, health: { fall: 3, ejectMs: 5000 } },
			changes: [
				{ at: 20_000, do: 'stop', server: 'B' },
				{ at: 45_000, do: 'restart', server: 'B' }
			]
		}
	),
	preset(
		'brown-out',
		'A brown-out',
		'After 15 seconds C does everything ten times slower and stays in rotation. Round robin keeps feeding it.',
		{
			traffic: { perSecond: 30, clients: 40 },
			work: { meanMs: 150 },
			servers: servers(4, { workers: 2, queue: 30 }),
			changes: [
				{ at: 15_000, do: 'slow', server: 'C', speed: 0.1 },
				{ at: 60_000, do: 'restart', server: 'C' }
			]
		}
	),
	preset(
		'retry-storm',
		'A retry storm',
		'Everything stands still for three seconds. The retries that follow are enough to keep it down for good.',
		{
			traffic: { perSecond: 20, clients: 40 },
			work: { meanMs: 100 },
			servers: servers(2, { workers: 2, queue: 400 }),
			balancer: { timeoutMs: 800, retries: 3, cancel: false },
			changes: letters(2).map((server) => ({ at: 15_000, do: 'pause', server, forMs: 3000 }))
		}
	),
	preset(
		'stale-scouts',
		'Stale scouts',
		'Three gates see the servers’ loads only every two seconds. All of them run to whoever looked empty.',
		{
			strategy: { name: 'least-connections' },
			traffic: { perSecond: 64, clients: 100 },
			work: { meanMs: 100 },
			servers: servers(8, { workers: 1, queue: 60 }),
			balancer: { gates: 3, sees: 'servers', everyMs: 2000 }
		}
	),
	preset(
		'giant-client',
		'A giant client',
		'One client sends four of ten requests, and IP hash sends all of them to one server.',
		{
			strategy: { name: 'ip-hash' },
			traffic: { perSecond: 30, clients: 200, giant: 0.4 },
			work: { meanMs: 120 },
			servers: servers(4, { workers: 2, queue: 30 })
		}
	),
	preset(
		'boulders',
		'Boulders',
		'One request in twenty is forty times as big as the others. Whoever waits behind one waits long.',
		{
			traffic: { perSecond: 40, clients: 60 },
			work: { law: 'bimodal', meanMs: 120, share: 0.05, times: 40 },
			servers: servers(4, { workers: 2, queue: 60 })
		}
	),
	preset(
		'black-hole',
		'The black hole',
		'B answers everything at once, with an error. To least connections it looks like the idlest of all.',
		{
			strategy: { name: 'least-connections' },
			traffic: { perSecond: 48, clients: 60 },
			work: { meanMs: 150 },
			servers: servers(4, { workers: 2, queue: 20 }),
			changes: [
				{ at: 12_000, do: 'fail', server: 'B' },
				{ at: 60_000, do: 'restart', server: 'B' }
			]
		}
	),
	preset(
		'spike',
		'A spike, and more servers',
		'Traffic triples within a minute. Servers are added when three quarters are busy, and take 20 seconds to start.',
		{
			strategy: { name: 'least-connections' },
			traffic: {
				perSecond: 14,
				clients: 80,
				curve: [
					{ at: 20_000, times: 1 },
					{ at: 80_000, times: 3 },
					{ at: 180_000, times: 3 },
					{ at: 240_000, times: 1 }
				]
			},
			work: { meanMs: 200 },
			servers: servers(2, { workers: 2, queue: 60, coldStart: { ms: 10_000, from: 0.3 } }),
			autoscaler: { least: 2, most: 12, target: 0.75, everyMs: 10_000, bootMs: 20_000, downWindowMs: 60_000 }
		}
	),
	preset(
		'quartermaster',
		'The line at the gate',
		'Each server gets at most two at a time; the rest wait in one line, and whoever is free first takes the next.',
		{
			traffic: { perSecond: 30, clients: 40 },
			work: { law: 'lognormal', cv: 2, meanMs: 150 },
			servers: servers(3, { workers: 2, queue: 50, limit: 2 }),
			balancer: { queue: { limit: 200, timeoutMs: 4000 } }
		}
	),
	preset(
		'hedge',
		'Two messengers',
		'Now and then a server stands still for a second. A request that takes long is sent a second time, elsewhere.',
		{
			strategy: { name: 'two-choices' },
			traffic: { perSecond: 20, clients: 40 },
			work: { meanMs: 80 },
			servers: servers(5, {
				workers: 2,
				queue: 40,
				antagonist: { quietMs: 9000, busyMs: 1000, speed: 0.05 }
			}),
			balancer: { hedgeMs: 500 }
		}
	),
	preset(
		'impatient',
		'Impatient users',
		'Sixty users who wait for their answers, think for two seconds and leave after three: a closed loop cannot run away.',
		{
			traffic: {
				arrivals: 'users',
				users: 60,
				clients: 60,
				think: { law: 'exponential', meanMs: 2000 },
				patience: { meanMs: 3000 }
			},
			work: { meanMs: 160 },
			servers: servers(3, { discipline: 'sharing', workers: 2, slots: 50, queue: 20 })
		}
	)
];
