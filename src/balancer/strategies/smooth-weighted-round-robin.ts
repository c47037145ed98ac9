/**
 * Smooth weighted round robin: turns in proportion to the weights, spread out rather than bunched.
 *
 * The idea: everyone saves up. At each pick every backend earns its weight; the richest is chosen and pays what all
 * of them earned together. Who earns fast is rich often, and who has just paid must save again, so weights 5, 1, 1
 * give a a b a c a a, where a list that repeats names would send five in a row to a. The purses always sum to what
 * they summed to before, so over a full round each backend gets exactly its share.
 *
 * Cost: O(n) a pick, one number per backend. It fails where round robin fails: it counts requests, not work. HAProxy's
 * and Envoy's weighted round robin give the same shares in another order.
 */
import { perBackend } from '../choose.ts';
import type { Backend, StrategyDefinition } from '../strategy.ts';

export const smoothWeightedRoundRobin: StrategyDefinition<never> = {
	title: 'Weighted round robin',
	says: 'Turns in proportion to the weights, as evenly spaced as they will go.',
	sources: [
		'NGINX, ngx_http_upstream_round_robin.c, smooth weighted round-robin balancing by Maxim Dounin (2012)'
	],
	knobs: {},
	elsewhere: {
		haproxy: 'balance roundrobin, server … weight',
		nginx: 'server … weight=',
		caddy: 'lb_policy weighted_round_robin',
		envoy: 'ROUND_ROBIN, load_balancing_weight'
	},
	create() {
		const purses = perBackend(emptyPurse);
		return {
			pick: (backends) => smoothTurn(purses(backends))
		};
	}
};

/** What a backend has saved up, in units of weight; it goes below zero after paying. */
export interface Purse {
	readonly backend: Backend;
	saved: number;
}

/** A newcomer has saved nothing. */
export const emptyPurse = (backend: Backend): Purse => ({ backend, saved: 0 });

/** One turn among those who take part (all, unless said): they earn, and the richest is picked and pays; the first one on a tie. */
export function smoothTurn(
	purses: readonly Purse[],
	takesPart?: (backend: Backend) => boolean
): Backend | undefined {
	let richest: Purse | undefined;
	let earned = 0;
	for (const purse of purses) {
		const { backend } = purse;
		if (takesPart !== undefined && !takesPart(backend)) continue;
		purse.saved += backend.weight;
		earned += backend.weight;
		if (richest === undefined || purse.saved > richest.saved) richest = purse;
	}
	if (richest !== undefined) richest.saved -= earned;
	return richest?.backend;
}
