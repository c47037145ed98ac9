/**
 * Random: any backend, all equally likely.
 *
 * The idea: chance needs no memory, so a hundred balancers that know nothing of each other spread the load as well as
 * one. Cost: O(1) a pick, no state. It fails by its own unevenness: of n requests thrown at n backends one gets about
 * ln n / ln ln n, and a backend that happens to get a crowd has a queue while its neighbour is idle.
 */
import { drawLot } from '../random.ts';
import { rowOf } from '../structures/row.ts';
import type { StrategyDefinition } from '../strategy.ts';

export const random: StrategyDefinition<never> = {
	title: 'Random',
	says: 'Any server, all equally likely.',
	cost: 'O(1) a pick, no state.',
	fails: 'Chance is uneven: one server gets a crowd while its neighbour idles.',
	sources: ['Raab and Steger, "Balls into Bins": A Simple and Tight Analysis (RANDOM 1998)'],
	knobs: {},
	elsewhere: {
		haproxy: 'balance random(1)',
		nginx: 'random',
		caddy: 'lb_policy random',
		envoy: 'RANDOM'
	},
	create(_knobs, random) {
		return {
			pick: (backends) => backends[drawLot(random, backends.length)],
			because: (picked, backends) => ({
				says: `The lot fell on ${picked.id}. Each of the ${String(backends.length)} is as likely.`,
				mark: { piece: backends.indexOf(picked) }
			}),
			space: (backends) => rowOf(backends)
		};
	}
};
