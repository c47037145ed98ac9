import { shelf, strategyNames, type StrategyName } from '#balancer/strategies/index.ts';
import type { Difference } from '#simulator/difference.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';
import { galleryWords } from '#words/gallery.ts';

const told = galleryWords.pictures;

/** A moment of a run: one that people can look at, and that a test holds the stage to. */
export interface Picture {
	/** Its name in files and addresses. */
	readonly id: string;
	readonly title: string;
	/** What is to be seen. */
	readonly says: string;
	readonly scenario: Scenario;
	/** A second lane, in which one thing is different. */
	readonly difference?: Difference;
	/** Milliseconds from the run's beginning. */
	readonly at: number;
	/** Of the stage, in pixels; 760 unless told. */
	readonly width?: number;
	readonly dark?: boolean;
	/** As for people who want nothing to move. */
	readonly still?: boolean;
}

/** The same ten seconds for each: two servers as good as one another, one twice and one half as fast, and a client who sends a quarter. */
function rivals(name: StrategyName): Scenario {
	return readScenario({
		title: shelf[name].title,
		strategy: { name },
		traffic: { perSecond: 48, clients: 30, giant: 0.25 },
		work: { law: 'lognormal', meanMs: 110, cv: 1 },
		network: { hopMs: 150 },
		servers: [
			{ id: 'A', workers: 2, queue: 12 },
			{ id: 'B', workers: 2, queue: 12 },
			{ id: 'C', workers: 2, queue: 12, speed: 2, weight: 2 },
			{ id: 'D', workers: 2, queue: 12, speed: 0.5 }
		]
	});
}

function strategyPicture(name: StrategyName): Picture {
	const { title, says } = shelf[name];
	return { id: name, title, says, scenario: rivals(name), at: 10_000 };
}

function crew(count: number, perSecond: number): Scenario {
	return readScenario({
		title: `${String(count)} servers`,
		strategy: { name: 'two-choices' },
		traffic: { perSecond, clients: 60 },
		work: { meanMs: 120 },
		network: { hopMs: 100 },
		servers: Array.from({ length: count }, (_, i) => ({ id: `S${String(i + 1)}`, workers: 2, queue: 10 }))
	});
}

function preset(id: string): Scenario {
	const found = presets.find((one) => one.id === id);
	if (found === undefined) throw new Error(`There is no preset "${id}".`);
	return found.scenario;
}

const overload = readScenario({
	title: 'Overload',
	strategy: { name: 'least-connections' },
	traffic: { perSecond: 60, clients: 30 },
	work: { meanMs: 120 },
	network: { hopMs: 120 },
	servers: ['A', 'B', 'C'].map((id) => ({ id, workers: 2, queue: 12 })),
	balancer: { timeoutMs: 900, retries: 1 }
});

const faults = readScenario({
	title: 'Everything that can be wrong with a server',
	strategy: { name: 'round-robin' },
	traffic: { perSecond: 40, clients: 30 },
	work: { meanMs: 90 },
	network: { hopMs: 120 },
	servers: ['A', 'B', 'C', 'D', 'E', 'F'].map((id) => ({ id, workers: 2, queue: 8 })),
	balancer: { timeoutMs: 1500, retries: 1, health: { fall: 3, ejectMs: 20_000 } },
	changes: [
		{ at: 3000, do: 'drain', server: 'B' },
		{ at: 4000, do: 'slow', server: 'C', speed: 0.2 },
		{ at: 5000, do: 'fail', server: 'D' },
		{ at: 6000, do: 'stop', server: 'E' },
		{ at: 7500, do: 'remove', server: 'F' }
	]
});

/** All fail and are left out, one after another: there is nobody else to ask. */
const panic = readScenario({
	title: 'Panic',
	traffic: { perSecond: 24 },
	work: { meanMs: 60 },
	network: { hopMs: 120 },
	servers: ['A', 'B', 'C'].map((id) => ({ id, workers: 1, queue: 6 })),
	balancer: { health: { fall: 3, ejectMs: 20_000 } },
	changes: ['A', 'B', 'C'].map((server) => ({ at: 2000, do: 'fail', server }))
});

const { changes, ...calm } = faults;
const drain = readScenario({
	...calm,
	title: 'A drain',
	servers: calm.servers.slice(0, 3),
	changes: changes.filter((change) => change.do === 'drain')
});

/** Every strategy on the shelf, and every form that the stage takes. */
export const pictures: readonly Picture[] = [
	...strategyNames.map(strategyPicture),
	{
		id: 'overload',
		...told.overload,
		scenario: overload,
		at: 9000
	},
	{
		id: 'drain',
		...told.drain,
		scenario: drain,
		at: 3200
	},
	{
		id: 'faults',
		...told.faults,
		scenario: faults,
		at: 7600
	},
	{
		id: 'panic',
		...told.panic,
		scenario: panic,
		at: 4000
	},
	{
		id: 'the-end',
		...told.theEnd,
		scenario: { ...overload, durationMs: 10_000 },
		at: 20_000
	},
	{
		id: 'retry-storm',
		...told.retryStorm,
		scenario: preset('retry-storm'),
		at: 20_000
	},
	{
		id: 'scale-out',
		...told.scaleOut,
		scenario: preset('spike'),
		at: 84_000
	},
	{
		id: 'two-lanes',
		...told.twoLanes,
		scenario: { ...preset('brown-out'), network: { ...preset('brown-out').network, hopMs: 120 } },
		difference: { path: 'strategy', value: { name: 'least-connections', knobs: {} } },
		at: 24_000
	},
	{
		id: 'dark',
		...told.dark,
		scenario: overload,
		at: 9000,
		dark: true
	},
	{
		id: 'phone',
		...told.phone,
		scenario: overload,
		at: 9000,
		width: 350
	},
	{
		id: 'still',
		...told.still,
		scenario: overload,
		at: 9000,
		still: true
	},
	{
		id: 'one-server',
		...told.oneServer,
		scenario: crew(1, 14),
		at: 5000
	},
	{
		id: 'twenty-servers',
		...told.twentyServers,
		scenario: crew(20, 300),
		at: 5000
	},
	{
		id: 'sixty-four-servers',
		...told.sixtyFourServers,
		scenario: crew(64, 1000),
		at: 3000
	}
];
