/**
 * Least connections: whoever has the fewest requests in flight.
 *
 * The idea: a slow server, or one with hard requests, keeps them longer, so its count is high and it is left alone. The
 * count says all this without a word about why. Ties are broken by lot: were the first always to win, several balancers
 * that see the same idle servers would all run to the same one.
 *
 * The servers stand in order of their counts. One whose count goes up or down by one changes seats with the last or the
 * first of its equals, so the order holds without sorting, and those with the fewest are always at the front.
 *
 * Cost: O(1) a pick, three numbers per server. It fails where the count deceives: a broken server that answers errors at once always
 * has the fewest in flight and swallows everything; a big server looks as full as a small one; and of several
 * balancers each knows only its own requests.
 */
import { figuresOf, inFlight, listed } from '../because.ts';
import { drawLot } from '../random.ts';
import { Buckets } from '../structures/buckets.ts';
import type { Backend, StrategyDefinition } from '../strategy.ts';

export const leastConnections: StrategyDefinition<never> = {
	title: 'Least connections',
	says: 'The server with the fewest requests in flight.',
	cost: 'O(1) a pick; three numbers a server.',
	fails:
		'A broken server that answers errors at once always has the fewest in flight and swallows everything.',
	sources: [
		'Winston, Optimality of the Shortest Line Discipline, Journal of Applied Probability 14 (1977)',
		'Caddy 2.6, reverse_proxy, lb_policy least_conn (2022)'
	],
	knobs: {},
	elsewhere: {
		haproxy: 'balance leastconn',
		nginx: 'least_conn',
		caddy: 'lb_policy least_conn',
		envoy: 'LEAST_REQUEST, selection_method FULL_SCAN'
	},
	create(_knobs, random) {
		let seen: readonly Backend[] = [];
		let buckets = new Buckets(seen);
		/** The host counts after it has picked, so whom it took is read again at the next pick. */
		let last: Backend | undefined;
		const reread = (backend: Backend): void => {
			buckets.reread(backend);
		};
		return {
			pick(backends) {
				if (backends !== seen) {
					seen = backends;
					buckets = new Buckets(backends);
				} else if (last !== undefined) buckets.reread(last);
				const { tied } = buckets;
				last = buckets.least(tied > 1 ? drawLot(random, tied) : 0);
				return last;
			},
			done: reread,
			counted: reread,
			changed() {
				// Back in charge, perhaps, and what happened meanwhile was not told.
				seen = [];
			},
			load: ({ inflight }) => inflight,
			because(picked, backends) {
				const equals = backends.filter(({ inflight }) => inflight === picked.inflight);
				const others = listed(equals.filter((backend) => backend !== picked).map(({ id }) => id));
				const tie = `${others} as few, and the lot fell on ${picked.id}`;
				return {
					says: `${picked.id} has the fewest, ${inFlight(picked)}${equals.length > 1 ? `; ${tie}` : ''}.`,
					figures: figuresOf('in flight', backends, ({ inflight }) => inflight)
				};
			}
		};
	}
};
