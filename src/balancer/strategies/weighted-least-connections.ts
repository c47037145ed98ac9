/**
 * Weighted least connections: whoever has the fewest requests in flight for its size.
 *
 * The idea: a server of weight 4 with eight requests is as busy as a server of weight 1 with two. Divide the count by the
 * weight and choose the smallest. Idle servers all tie, whatever their weight; there the smooth weighted round robin
 * decides, among the tied alone, which gives the big ones their share even when there is hardly any traffic.
 *
 * NGINX, at home in whole numbers, asks a·w < b·v instead of a/v < b/w. The answers are the same: two different
 * fractions of whole numbers round to the same double only when their terms multiply to more than 2^51.
 *
 * Cost: O(n) a pick, one number per backend. It fails where least connections fails, and where the weights are wrong:
 * they are promises about machines, and machines change. HAProxy's leastconn has the same idea and breaks ties otherwise.
 */
import type { Backend, StrategyDefinition } from '../strategy.ts';
import { smoothTurns } from './smooth-weighted-round-robin.ts';

export const weightedLeastConnections: StrategyDefinition<never> = {
	title: 'Weighted least connections',
	says: 'The server with the fewest requests in flight for its weight.',
	cost: 'O(n) a pick, one number per server.',
	fails: 'A broken server that fails fast looks idle and draws everybody, and wrong weights mislead it.',
	sources: ['NGINX 1.22.1, ngx_http_upstream_least_conn_module.c (2022)'],
	knobs: {},
	most: 64,
	elsewhere: {
		haproxy: 'balance leastconn, server … weight',
		nginx: 'least_conn, server … weight='
	},
	create() {
		const turns = smoothTurns();
		let least = Infinity;
		const isLeast = (backend: Backend): boolean => loadOf(backend) === least;
		return {
			pick(backends) {
				least = Infinity;
				let first: Backend | undefined;
				let tied = 0;
				for (const backend of backends) {
					const load = loadOf(backend);
					if (load < least) {
						least = load;
						first = backend;
						tied = 1;
					} else if (load === least) tied++;
				}
				// Who is alone at the least is picked without a turn, and nobody earns.
				return tied === 1 ? first : turns.next(backends, isLeast);
			},
			done: turns.done,
			load: loadOf
		};
	}
};

function loadOf({ inflight, weight }: Backend): number {
	return inflight / weight;
}
