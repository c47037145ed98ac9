import { Scene } from '#record/scene.ts';
import { Engine } from '#simulator/engine.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';
import type { Speed } from '#view/controls/timeline.ts';

/** What the page is asked to draw, from when on, and how fast. */
export interface PageScene {
	readonly name: string;
	readonly scenario: Scenario;
	/** Milliseconds of the run that have passed when the clock is started. */
	readonly at: number;
	readonly speed: Speed;
}

/** Half a second of road each way, so that with few waiting nearly everybody is in flight. */
function crowd(inFlight: number, servers: number): Scenario {
	const perSecond = inFlight / 2.07;
	return readScenario({
		title: `${String(inFlight)} in flight`,
		strategy: { name: 'two-choices' },
		traffic: { perSecond, clients: 200 },
		work: { meanMs: 50 },
		network: { hopMs: 500 },
		servers: Array.from({ length: servers }, (_, i) => ({
			id: `S${String(i + 1)}`,
			workers: Math.ceil((perSecond * 0.05 * 1.25) / servers),
			queue: 40
		})),
		durationMs: 1_200_000
	});
}

/** Two fifths more than it can do: long roads, refusals, timeouts and retries at once. */
const storm = readScenario({
	title: 'A storm of retries',
	strategy: { name: 'least-connections' },
	traffic: { perSecond: 700, clients: 200 },
	work: { meanMs: 50 },
	network: { hopMs: 400 },
	servers: Array.from({ length: 8 }, (_, i) => ({ id: `S${String(i + 1)}`, workers: 4, queue: 60 })),
	balancer: { timeoutMs: 1500, retries: 2, health: { fall: 20, ejectMs: 4000 } },
	durationMs: 1_200_000
});

const [first] = presets;
if (first === undefined) throw new Error('The playground opens with nothing.');

export const opening: Scenario = first.scenario;
export const twoThousand: PageScene = {
	name: '2,000 in flight',
	scenario: crowd(2000, 8),
	at: 10_000,
	speed: 1
};
export const pageScenes: readonly PageScene[] = [
	{ name: 'what the playground opens with', scenario: opening, at: 10_000, speed: 1 },
	twoThousand,
	{ name: 'a storm of retries', scenario: storm, at: 10_000, speed: 1 },
	{ name: '10,000 in flight', scenario: crowd(10_000, 64), at: 10_000, speed: 1 },
	{ name: 'what the playground opens with, at 32×', scenario: opening, at: 10_000, speed: 32 },
	{ name: '2,000 in flight, at 32×', scenario: twoThousand.scenario, at: 10_000, speed: 32 }
];

/** How many requests are out at the moment where a scene begins. */
export function inFlight({ scenario, at }: PageScene): number {
	const engine = new Engine(scenario);
	const scene = new Scene();
	engine.listen((event) => {
		scene.hear(event);
	});
	engine.runUntil(at);
	return scene.requests.size;
}
