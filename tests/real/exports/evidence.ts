import { randomStream } from '#balancer/random.ts';
import type { Backend, Random, Strategy } from '#balancer/strategy.ts';
import type { ClusterPlan } from '#dialects/cluster.ts';
import { OurSide } from './picks.ts';

/** A program that draws as ours does is found guilty at most this often, in each comparison. */
export const alarm = 1e-6;

/** How often ours is asked for each pick of theirs. */
const draws = 499;

/** How much a pick of that kind counts for more or less; e^6 is for those that ours would never pick. */
const tilts = [-6, -1, -0.5, -0.25, 0.25, 0.5, 1, 6];

export interface Evidence {
	/** 1 says nothing; 1 / `alarm` is enough. */
	readonly against: number;
	/** The kind of picks that speaks most against it, how many of theirs are of it, and how many of ours. */
	readonly kind: string;
	readonly got: number;
	readonly expected: number;
}

/**
 * What these picks say against this strategy, which draws lots: an e-value. Before each pick our own cluster is in the state
 * in which theirs was, and draws for it `draws` times. Were theirs such a draw as well, it might be any of the
 * `draws` + 1: its weight over their mean weight is then 1 on average, whatever the odds, whatever weights are looked at, and
 * whatever was picked before. So is the product over all picks, and the mean of such products over kinds and tilts; by
 * Markov's inequality that reaches 1 / `alarm` with a probability of `alarm` at most. Nothing is normal, independent or estimated here.
 */
export function evidenceAgainst(
	plan: ClusterPlan,
	create: (random: Random) => Strategy,
	keys: readonly string[],
	picks: readonly string[]
): Evidence {
	const ours = new OurSide(plan, create(randomStream(1, 'strategy')));
	const { cluster } = ours;
	const kinds = kindsOf(cluster.members).map((kind) => ({
		...kind,
		got: 0,
		expected: 0,
		logs: tilts.map(() => 0)
	}));
	picks.forEach((pick, at) => {
		const theirs = cluster.members.find(({ id }) => id === pick);
		if (theirs === undefined)
			throw new Error(`Request ${String(at)} went to ${pick}, whom ours does not know.`);
		const call = ours.next(keys[at] ?? '');
		const drawn = new Map<Backend, number>();
		for (let draw = 0; draw < draws; draw++) {
			const backend = cluster.choose(call);
			if (backend !== undefined) drawn.set(backend, (drawn.get(backend) ?? 0) + 1);
		}
		for (const kind of kinds) {
			const is = Number(kind.has(theirs));
			let mine = 0;
			for (const [backend, times] of drawn) if (kind.has(backend)) mine += times;
			const share = (mine + is) / (draws + 1);
			kind.got += is;
			kind.expected += mine / draws;
			kind.logs = tilts.map(
				(tilt, i) => (kind.logs[i] ?? 0) + tilt * is - Math.log1p(share * Math.expm1(tilt))
			);
		}
		ours.take(call, theirs);
		// The lot fell on another here.
		cluster.counted(theirs);
	});
	const against = kinds.map(({ logs }) => meanOf(logs.map(Math.exp)));
	const worst = kinds[against.indexOf(Math.max(...against))];
	return {
		against: meanOf(against),
		kind: worst?.name ?? '',
		got: worst?.got ?? 0,
		expected: worst?.expected ?? 0
	};
}

/** What is counted: picks of each server, and of one that is as idle as any. */
function kindsOf(
	servers: readonly Backend[]
): readonly { readonly name: string; readonly has: (backend: Backend) => boolean }[] {
	const idlest = (load: (backend: Backend) => number) => (backend: Backend) =>
		servers.every((other) => other.weight === 0 || load(other) >= load(backend));
	return [
		...servers.map(({ id }) => ({ name: id, has: (backend: Backend) => backend.id === id })),
		{ name: 'one with the fewest in flight', has: idlest(({ inflight }) => inflight) },
		{ name: 'one with the fewest for its weight', has: idlest(({ inflight, weight }) => inflight / weight) }
	];
}

function meanOf(numbers: readonly number[]): number {
	return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
