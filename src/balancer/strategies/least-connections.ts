/**
 * Least connections: whoever has the fewest requests in flight.
 *
 * The idea: a slow server, or one with hard requests, keeps them longer, so its count is high and it is left alone. The
 * count says all this without a word about why. Ties are broken by lot: were the first always to win, several balancers
 * that see the same idle servers would all run to the same one.
 *
 * Cost: O(n) a pick, no state. It fails where the count deceives: a broken server that answers errors at once always
 * has the fewest in flight and swallows everything; a big server looks as full as a small one; and of several
 * balancers each knows only its own requests.
 */
import type { StrategyDefinition } from '../strategy.ts';

export const leastConnections: StrategyDefinition<never> = {
	title: 'Least connections',
	says: 'The server with the fewest requests in flight.',
	sources: [
		'Winston, Optimality of the Shortest Line Discipline, Journal of Applied Probability 14 (1977)',
		'Caddy 2.6, reverse_proxy, lb_policy least_conn (2022)'
	],
	knobs: {},
	elsewhere: {
		haproxy: 'balance leastconn',
		nginx: 'least_conn',
		caddy: 'lb_policy least_conn'
	},
	create(_knobs, random) {
		return {
			pick(backends) {
				let least = Infinity;
				let tied = 0;
				for (const { inflight } of backends) {
					if (inflight < least) {
						least = inflight;
						tied = 1;
					} else if (inflight === least) tied++;
				}
				let lot = tied > 1 ? Math.floor(random() * tied) : 0;
				for (const backend of backends) {
					if (backend.inflight === least && lot-- === 0) return backend;
				}
				return undefined;
			},
			load: ({ inflight }) => inflight
		};
	}
};
