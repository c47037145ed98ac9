import { drawLot } from '#balancer/random.ts';
import { createStrategy, type StrategyName } from '#balancer/strategies/index.ts';
import type { Backend, Random, Strategy } from '#balancer/strategy.ts';
import type { ClusterPlan } from '#dialects/cluster.ts';
import { textOf } from '#dialects/dialect.ts';
import { weightsOf } from '#dialects/families.ts';
import { pickOf } from '#dialects/go/strategies.ts';
import { dialects } from '#dialects/index.ts';
import type { ExportProduct } from './programs.ts';

/** Strategies of ours that a product has word for word: there the plan itself says what is to happen. */
export const own: Readonly<Record<ExportProduct, readonly StrategyName[]>> = {
	haproxy: [
		...(['round-robin', 'haproxy-round-robin', 'haproxy-static-round-robin', 'haproxy-first'] as const),
		...(['haproxy-least-connections', 'haproxy-random', 'haproxy-hash'] as const),
		...(['haproxy-hash-consistent', 'haproxy-source', 'haproxy-source-consistent'] as const)
	],
	nginx: [
		...(['round-robin', 'smooth-weighted-round-robin', 'weighted-least-connections'] as const),
		...(['ip-hash', 'nginx-hash', 'nginx-hash-consistent', 'nginx-random'] as const)
	],
	// Its first turn is the second server's.
	caddy: ['round-robin', 'haproxy-first', 'caddy-hash', 'random', 'least-connections'],
	go: [
		...(['round-robin', 'smooth-weighted-round-robin', 'haproxy-first', 'caddy-hash'] as const),
		...(['random', 'weighted-random', 'least-connections', 'two-choices'] as const)
	]
};

/** Who is to pick in the program, by what was written for it. */
export interface Promised {
	/** With the weights, limits and key that stand in the file. */
	readonly plan: ClusterPlan;
	readonly create: (random: Random) => Strategy;
	/** Whether it draws lots, so that only its odds are known. */
	readonly draws: boolean;
	/** Whether another stands in for the plan's strategy, as the file's head says. */
	readonly standsIn: boolean;
}

/** The plan's own strategy, or the one that stands in for it, as the file says it. */
export function promised(product: ExportProduct, plan: ClusterPlan): Promised {
	const { name, knobs } = plan.strategy;
	// These look at the address, whatever else is a plan's key.
	const fits = plan.key.by === 'address' || !/^(ip-hash|haproxy-source)/.test(name);
	if (fits && own[product].includes(name)) return promise(plan, name, knobs, false);
	return product === 'go' ? promisedByGo(plan) : promisedByFile(product, plan);
}

const drawing: ReadonlySet<StrategyName> = new Set([
	...(['random', 'weighted-random', 'least-connections', 'two-choices'] as const),
	...(['haproxy-random', 'nginx-random'] as const)
]);

function promise(
	plan: ClusterPlan,
	name: StrategyName,
	knobs: Readonly<Record<string, number>>,
	standsIn: boolean
): Promised {
	const create = (random: Random): Strategy => createStrategy(name, knobs, random);
	return { plan, create, draws: drawing.has(name), standsIn };
}

/** What is read in the file again: the product's own strategies are on our shelf, but for one. */
function promisedByFile(product: Exclude<ExportProduct, 'go'>, plan: ClusterPlan): Promised {
	const { read, write } = dialects[product];
	const [file] = write(plan).files;
	const found = file && read?.(textOf(file)).plan;
	if (found === undefined) throw new Error(`${product} is only written.`);
	const servers = plan.servers.map((server) => {
		const said = found.servers.find(({ address }) => address === server.address);
		return said === undefined ? { ...server, weight: 0 } : { ...said, id: server.id };
	});
	const inFile = { ...plan, servers, strategy: found.strategy, key: found.key };
	const { name, knobs } = found.strategy;
	if (product === 'caddy' && name === 'two-choices')
		return { plan: inFile, create: caddyChoice(knobs.choices ?? 2), draws: true, standsIn: true };
	return promise(inFile, name, knobs, true);
}

/** What the program's `pick` is called. */
function promisedByGo(plan: ClusterPlan): Promised {
	const weights = weightsOf(plan);
	const servers = plan.servers.map((server, index) => ({ ...server, weight: weights[index] ?? 1 }));
	const inFile = { ...plan, servers };
	const { says } = pickOf(plan);
	if (says === 'the fewest in flight by weight')
		return { plan: inFile, create: leastByWeight, draws: true, standsIn: true };
	const name = goNames[says];
	if (name === undefined) throw new Error(`Nobody knows what "${says}" promises.`);
	return promise(inFile, name, {}, true);
}

const goNames: Readonly<Record<string, StrategyName>> = {
	'smooth weighted round robin': 'smooth-weighted-round-robin',
	'a lot by weight': 'weighted-random',
	'the fewest in flight': 'least-connections',
	'the less busy of two': 'two-choices',
	'the highest draw for the key': 'caddy-hash',
	'the first with room': 'haproxy-first'
};

/** The fewest in flight for its weight, and a lot among equals. */
function leastByWeight(random: Random): Strategy {
	const load = ({ inflight, weight }: Backend): number => inflight / weight;
	return {
		pick(backends) {
			const least = Math.min(...backends.map(load));
			const equals = backends.filter((backend) => load(backend) === least);
			return equals[drawLot(random, equals.length)];
		}
	};
}

/**
 * Caddy's random_choose until 2.8: each server may take one of the places of those before it, so some places stay empty; and of
 * those in place an idle one is taken at once, else one by lot of all that were at some time the least busy.
 */
function caddyChoice(choices: number): (random: Random) => Strategy {
	return (random) => ({
		pick(backends) {
			const places: Backend[] = [];
			backends.forEach((backend, index) => {
				const place = drawLot(random, index + 1);
				if (place < choices) places[place] = backend;
			});
			const least: Backend[] = [];
			for (const backend of Object.values(places)) {
				if (backend.inflight === 0) return backend;
				if (backend.inflight <= (least.at(-1)?.inflight ?? Infinity)) least.push(backend);
			}
			return least[drawLot(random, least.length)];
		}
	});
}
