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
import { figuresOf, listed, rounded } from '../because.ts';
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
		/** The first of those who share the least load. */
		let first: Backend | undefined;
		const isLeast = (backend: Backend): boolean => first !== undefined && loadOf(backend) === loadOf(first);
		return {
			pick(backends) {
				let least = Infinity;
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
			load: loadOf,
			because(picked, backends) {
				const figures = figuresOf('in flight per weight', backends, loadOf);
				const tied = backends.filter(isLeast);
				const load = `${String(picked.inflight)} in flight / ${rounded(picked.weight)}`;
				if (tied.length === 1)
					return {
						says: `${picked.id} has the fewest for its weight: ${load} = ${rounded(loadOf(picked))}.`,
						figures
					};
				const { says } = turns.because(picked, tied);
				return {
					says: `${listed(tied.map(({ id }) => id))} have the fewest for their weight, ${rounded(loadOf(picked))}, so they take turns. ${says}`,
					figures
				};
			}
		};
	}
};

function loadOf({ inflight, weight }: Backend): number {
	return inflight / weight;
}
