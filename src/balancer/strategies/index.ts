import type { Random, Strategy, StrategyDefinition } from '../strategy.ts';
import { boundedLoads } from './bounded-loads.ts';
import { caddyHash } from './caddy-hash.ts';
import { consistentHash } from './consistent-hash.ts';
import { envoyLeastRequest } from './envoy-least-request.ts';
import { envoyMaglev } from './envoy-maglev.ts';
import { envoyRingHash } from './envoy-ring-hash.ts';
import { haproxyFirst } from './haproxy-first.ts';
import { haproxyHash } from './haproxy-hash.ts';
import { haproxyHashConsistent } from './haproxy-hash-consistent.ts';
import { haproxyLeastConnections } from './haproxy-least-connections.ts';
import { haproxyRandom } from './haproxy-random.ts';
import { haproxyRoundRobin } from './haproxy-round-robin.ts';
import { haproxySource } from './haproxy-source.ts';
import { haproxySourceConsistent } from './haproxy-source-consistent.ts';
import { haproxyStaticRoundRobin } from './haproxy-static-round-robin.ts';
import { hotCold } from './hot-cold.ts';
import { ipHash } from './ip-hash.ts';
import { joinIdleQueue } from './join-idle-queue.ts';
import { leastConnections } from './least-connections.ts';
import { maglev } from './maglev.ts';
import { nginxHash } from './nginx-hash.ts';
import { nginxHashConsistent } from './nginx-hash-consistent.ts';
import { nginxRandom } from './nginx-random.ts';
import { peakEwma } from './peak-ewma.ts';
import { random } from './random.ts';
import { rendezvous } from './rendezvous.ts';
import { roundRobin } from './round-robin.ts';
import { smoothWeightedRoundRobin } from './smooth-weighted-round-robin.ts';
import { twoChoices } from './two-choices.ts';
import { weightedLeastConnections } from './weighted-least-connections.ts';
import { weightedRandom } from './weighted-random.ts';

/** The shelf: one line for each strategy, in the order a page lists them. The key is its name everywhere. */
const definitions = {
	'round-robin': roundRobin,
	'smooth-weighted-round-robin': smoothWeightedRoundRobin,
	random,
	'weighted-random': weightedRandom,
	'ip-hash': ipHash,
	'least-connections': leastConnections,
	'weighted-least-connections': weightedLeastConnections,
	'two-choices': twoChoices,
	'peak-ewma': peakEwma,
	'join-idle-queue': joinIdleQueue,
	'hot-cold': hotCold,
	'consistent-hash': consistentHash,
	'bounded-loads': boundedLoads,
	rendezvous,
	maglev,
	'haproxy-round-robin': haproxyRoundRobin,
	'haproxy-static-round-robin': haproxyStaticRoundRobin,
	'haproxy-least-connections': haproxyLeastConnections,
	'haproxy-first': haproxyFirst,
	'haproxy-random': haproxyRandom,
	'haproxy-hash': haproxyHash,
	'haproxy-hash-consistent': haproxyHashConsistent,
	'haproxy-source': haproxySource,
	'haproxy-source-consistent': haproxySourceConsistent,
	'nginx-hash': nginxHash,
	'nginx-hash-consistent': nginxHashConsistent,
	'nginx-random': nginxRandom,
	'caddy-hash': caddyHash,
	'envoy-least-request': envoyLeastRequest,
	'envoy-ring-hash': envoyRingHash,
	'envoy-maglev': envoyMaglev
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
