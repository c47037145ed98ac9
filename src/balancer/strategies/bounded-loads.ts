/**
 * Consistent hashing with bounded loads: the next server along the circle that is not too full.
 *
 * The idea: keys go where consistent hashing sends them, but nobody may hold more than c times the mean. With m requests
 * in flight on n servers, and this one, the bound is ⌈c · (m + 1) / n⌉, for each server by its weight. Who has reached
 * it is passed over, and the request walks on along the circle to the first who has room; there always is one. A hot
 * key thus spills over to a few servers, always the same, and a change of the list still moves few keys: O(1/ε²) for
 * each that comes or goes, with c = 1 + ε. A small c is an even load, a large one keeps keys at home.
 *
 * Cost: O(1) a pick and then O(1/ε²) servers of walking, at worst all. Requests in flight are summed
 * up when the list changes; after that only counts that moved are read. It fails where requests differ: it bounds how
 * many, not how heavy. A request that is tried again goes past those that failed it, but never over the bound; if a limit
 * of their own leaves nobody room, it declines. HAProxy and Envoy have bounds of their own.
 */
import { figuresOf, pointMet } from '../because.ts';
import { whenListChanges } from '../choose.ts';
import { isFull } from '../full.ts';
import { BySlot } from '../structures/by-slot.ts';
import { hashKey, hashWord } from '../structures/mix.ts';
import { circleFrom, nodesKnob, ringOf, ringSpace } from '../structures/ring.ts';
import type { Backend, StrategyDefinition } from '../strategy.ts';

export const boundedLoads: StrategyDefinition<'bound' | 'nodes'> = {
	title: 'Bounded loads',
	says: 'Consistent hashing that walks on past a server holding more than its bounded share.',
	cost: 'O(1) a pick and a walk of a few servers; a ring, made anew when the list changes.',
	fails: 'It bounds how many requests a server has, not how heavy they are.',
	sources: [
		'Mirrokni, Thorup and Zadimoghaddam, Consistent Hashing with Bounded Loads (SODA 2018; arXiv 2016)'
	],
	knobs: {
		bound: {
			title: 'Bound',
			says: 'How full a server may be, in per cent of the mean.',
			min: 105,
			max: 300,
			step: 5,
			initial: 125,
			unit: '%'
		},
		nodes: nodesKnob
	},
	elsewhere: {
		haproxy: 'hash-balance-factor',
		envoy: 'hash_balance_factor'
	},
	create({ bound, nodes }) {
		const listed = whenListChanges((backends) => ({
			ring: ringOf(backends, nodes),
			share: bound / 100 / backends.reduce((sum, { weight }) => sum + weight, 0)
		}));
		/** What was last read of each in the list, and the sum of it. */
		let tallies = new BySlot<Tally>();
		let inflight = 0;
		let seen: readonly Backend[] = [];
		let last: Backend | undefined;
		/** Read again the one whose count has moved; who is not in the list is not in the sum. */
		const reread = (backend: Backend): void => {
			const tally = tallies.get(backend);
			if (tally === undefined) return;
			inflight += backend.inflight - tally.read;
			tally.read = backend.inflight;
		};
		return {
			walks: true,
			pick(backends, { key }, tried) {
				if (backends !== seen) {
					seen = backends;
					tallies = new BySlot<Tally>();
					for (const backend of backends) tallies.add({ backend, read: backend.inflight });
					inflight = backends.reduce((sum, backend) => sum + backend.inflight, 0);
				} else if (last !== undefined) reread(last);
				const { ring, share } = listed(backends);
				const { owners } = ring;
				const perWeight = share * (inflight + 1);
				const start = ring.guide.around(hashWord(key));
				last = undefined;
				for (let step = 0; step < owners.length; step++) {
					const place = start + step;
					const next = backends[owners[place < owners.length ? place : place - owners.length] ?? 0];
					if (next === undefined || isFull(next)) continue;
					if (next.inflight >= Math.ceil(perWeight * next.weight)) continue;
					last ??= next;
					if (tried?.includes(next) === true) continue;
					last = next;
					break;
				}
				return last;
			},
			counted: reread,
			done: reread,
			because(picked, backends, { key }, tried) {
				const { ring, share } = listed(backends);
				const boundOf = ({ weight }: Backend): number => Math.ceil(share * (inflight + 1) * weight);
				const circle = circleFrom(ring, backends, hashKey(key));
				const { says, mark } = pointMet(key, circle, picked, tried, (backend) =>
					backend.inflight < boundOf(backend) ? '' : `has reached its bound of ${String(boundOf(backend))}`
				);
				return {
					says: `${says} It has ${String(picked.inflight)} in flight and may have ${String(boundOf(picked))}.`,
					mark,
					figures: figuresOf('below its bound', backends, (backend) => boundOf(backend) - backend.inflight)
				};
			},
			space: (backends) => ringSpace(listed(backends).ring, backends)
		};
	}
};

interface Tally {
	readonly backend: Backend;
	/** How many it had in flight when it was last looked at. */
	read: number;
}
