import type { Random, Strategy, StrategyDefinition } from '../strategy.ts';
import { ipHash } from './ip-hash.ts';
import { leastConnections } from './least-connections.ts';
import { random } from './random.ts';
import { roundRobin } from './round-robin.ts';
import { smoothWeightedRoundRobin } from './smooth-weighted-round-robin.ts';
import { twoChoices } from './two-choices.ts';
import { weightedLeastConnections } from './weighted-least-connections.ts';

/** The shelf: one line for each strategy, in the order a page lists them. The key is its name everywhere. */
const definitions = {
	'round-robin': roundRobin,
	'smooth-weighted-round-robin': smoothWeightedRoundRobin,
	random,
	'ip-hash': ipHash,
	'least-connections': leastConnections,
	'weighted-least-connections': weightedLeastConnections,
	'two-choices': twoChoices
} satisfies Record<string, StrategyDefinition>;

export type StrategyName = keyof typeof definitions;
export const shelf: Readonly<Record<StrategyName, StrategyDefinition>> = definitions;
export const strategyNames = Object.keys(definitions) as [StrategyName, ...StrategyName[]];

/** A strategy ready to pick; knobs not given keep their initial value. */
export function createStrategy(
	name: StrategyName,
	knobs: Readonly<Record<string, number>>,
	random: Random
): Strategy {
	const definition = shelf[name];
	const initial = Object.entries(definition.knobs).map(([knob, { initial }]) => [knob, initial] as const);
	return definition.create({ ...Object.fromEntries(initial), ...knobs }, random);
}
