import { shelf, type StrategyName } from '#balancer/strategies/index.ts';
import type { ClusterPlan } from './cluster.ts';

/** What a strategy goes by: each program has some of these, under names of its own. */
export type Family = 'turns' | 'lot' | 'least' | 'least of some' | 'key' | 'ring' | 'first' | 'latency';

const families: Partial<Readonly<Record<StrategyName, Family>>> = {
	random: 'lot',
	'weighted-random': 'lot',
	'ip-hash': 'key',
	'least-connections': 'least',
	'weighted-least-connections': 'least',
	'two-choices': 'least of some',
	'peak-ewma': 'latency',
	'join-idle-queue': 'least',
	'hot-cold': 'latency',
	'consistent-hash': 'ring',
	'bounded-loads': 'ring',
	rendezvous: 'ring',
	maglev: 'ring',
	'haproxy-least-connections': 'least',
	'haproxy-first': 'first',
	'haproxy-random': 'least of some',
	'haproxy-hash': 'key',
	'haproxy-hash-consistent': 'ring',
	'haproxy-source': 'key',
	'haproxy-source-consistent': 'ring',
	'nginx-hash': 'key',
	'nginx-hash-consistent': 'ring',
	'nginx-random': 'least of some',
	'caddy-hash': 'ring',
	'envoy-least-request': 'least of some',
	'envoy-ring-hash': 'ring',
	'envoy-maglev': 'ring'
};

export function familyOf(name: StrategyName): Family {
	return families[name] ?? 'turns';
}

const blind: ReadonlySet<StrategyName> = new Set([
	'round-robin',
	'random',
	'least-connections',
	'two-choices',
	'peak-ewma',
	'join-idle-queue',
	'hot-cold',
	'haproxy-first',
	'caddy-hash'
]);

/** True where the strategy looks at no weights, whatever they are. */
export function ignoresWeights({ strategy }: ClusterPlan): boolean {
	return blind.has(strategy.name);
}

/** The weights a program that does look at them has to be given; 0 keeps a server out of it either way. */
export function weightsOf(plan: ClusterPlan): readonly number[] {
	return plan.servers.map(({ weight }) => (ignoresWeights(plan) && weight > 0 ? 1 : weight));
}

/** How a strategy is said in some program. */
export interface Spoken {
	readonly says: string;
	/** The program picks the same one each time, or by lots of the same odds: the strategy carries its name. */
	readonly exact: boolean;
	/** In what it differs, when that is known. */
	readonly differs?: string;
}

/** The sentence for a file's head; undefined where there is nothing to say. */
export function strategyNote(
	{ strategy }: ClusterPlan,
	product: string,
	{ says, exact, differs }: Spoken
): string | undefined {
	if (exact) return differs;
	const { title } = shelf[strategy.name];
	return `${title} is written as "${says}": ${differs ?? `the same idea, but ${product} picks in another order`}.`;
}

/** Weights a program takes: whole numbers from 0, at most `most`, each server's share kept as well as that allows. */
export function wholeWeights(
	weights: readonly number[],
	most: number
): { readonly weights: readonly number[]; readonly exact: boolean } {
	if (weights.every((weight) => Number.isInteger(weight) && weight <= most)) return { weights, exact: true };
	const scale = most / Math.max(...weights);
	const scaled = weights.map((weight) => (weight === 0 ? 0 : Math.max(1, Math.round(weight * scale))));
	return { weights: scaled, exact: false };
}
