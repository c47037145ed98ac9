/**
 * Two choices: draw two servers by lot and take the one with fewer requests in flight.
 *
 * The idea: one look aside is nearly as good as looking everywhere. Of n requests thrown at n servers, blind chance puts
 * about ln n / ln ln n on the fullest; the better of two, about ln ln n / ln 2. A third choice adds little. And where the
 * counts are old news, those who ask everyone all run to the same emptiest server; those who ask two cannot.
 *
 * The two are always different servers: the second lot is drawn from one fewer, and steps over the first. Drawn with
 * replacement, as some do, one pick in n would be blind. Equals go to the first drawn.
 *
 * Cost: O(choices) a pick, however many servers; no state. It fails on few very unequal servers (weights are ignored, and
 * the pair may be the two worst) and, like all who count, on a broken server that answers errors at once.
 */
import { leastOfDrawn } from '../because.ts';
import { drawLot } from '../random.ts';
import type { Backend, StrategyDefinition } from '../strategy.ts';

export const twoChoices: StrategyDefinition<'choices'> = {
	title: 'Two choices',
	says: 'Two servers drawn by lot; the one with fewer requests in flight wins.',
	cost: 'O(choices) a pick, however many servers; no state.',
	fails: 'On few and very unequal servers the pair may be the two worst, and weights are ignored.',
	sources: [
		'Azar, Broder, Karlin and Upfal, Balanced Allocations (STOC 1994)',
		'Mitzenmacher, The Power of Two Choices in Randomized Load Balancing (thesis 1996; IEEE TPDS 12, 2001)'
	],
	knobs: {
		choices: {
			title: 'Choices',
			says: 'How many servers are drawn before the least busy of them is taken.',
			min: 2,
			max: 5,
			step: 1,
			initial: 2,
			unit: 'choices'
		}
	},
	elsewhere: {
		haproxy: 'balance random(2)',
		nginx: 'random two least_conn',
		caddy: 'lb_policy random_choose 2',
		envoy: 'LEAST_REQUEST',
		go: 'gRPC: least_request; Traefik: p2c'
	},
	create({ choices }, random) {
		/** Places drawn so far in this pick, three or more of them ascending; reused. */
		const drawn: number[] = [];
		return {
			pick(backends) {
				if (choices === 2 && backends.length > 1) {
					const first = drawLot(random, backends.length);
					const lot = drawLot(random, backends.length - 1);
					const second = lot < first ? lot : lot + 1;
					drawn[0] = first;
					drawn[1] = second;
					const a = backends[first];
					const b = backends[second];
					return a !== undefined && b !== undefined && b.inflight < a.inflight ? b : a;
				}
				const draws = Math.min(choices, backends.length);
				let best: Backend | undefined;
				for (let count = 0; count < draws; count++) {
					const place = stepOver(drawn, count, drawLot(random, backends.length - count));
					const candidate = backends[place];
					if (best === undefined || (candidate !== undefined && candidate.inflight < best.inflight))
						best = candidate;
				}
				return best;
			},
			load: ({ inflight }) => inflight,
			because(picked, backends) {
				const pair = backends.filter((_, place) =>
					drawn.slice(0, Math.min(choices, backends.length)).includes(place)
				);
				return leastOfDrawn(picked, pair, 'in flight', ({ inflight }) => inflight, 'was drawn first');
			}
		};
	}
};

/** The `lot`-th place that is not among the first `count` of `drawn`; it is entered there, in order. */
export function stepOver(drawn: number[], count: number, lot: number): number {
	let place = lot;
	let i = 0;
	for (; i < count; i++) {
		if (place < (drawn[i] ?? 0)) break;
		place++;
	}
	for (let j = count; j > i; j--) drawn[j] = drawn[j - 1] ?? 0;
	drawn[i] = place;
	return place;
}
