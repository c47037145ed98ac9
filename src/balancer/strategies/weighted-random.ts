/**
 * Weighted random: any backend, in proportion to its weight.
 *
 * The idea: throw a dart at a row of columns, all of one height. In each column a backend keeps as much as its weight
 * gives it and one of the heavier ones has the rest, so one throw decides, however uneven the weights. The table is
 * Walker's alias table; it is made when the list changes, in O(n).
 *
 * Cost: O(1) a pick, two numbers per backend. It fails as random does, by crowds that come together by chance, and it
 * takes the weights at their word.
 */
import { aliasTable, drawPlace } from '../structures/alias.ts';
import { rounded } from '../because.ts';
import { whenListChanges } from '../choose.ts';
import { rowOf } from '../structures/row.ts';
import type { StrategyDefinition } from '../strategy.ts';

export const weightedRandom: StrategyDefinition<never> = {
	title: 'Weighted random',
	says: 'Any server by lot, a heavier one more often.',
	cost: 'O(1) a pick; a table of two numbers a server, made anew when the list changes.',
	fails: 'Chance makes crowds: one server has a queue while its neighbour is idle.',
	sources: [
		'Walker, An Efficient Method for Generating Discrete Random Variables with General Distributions, ACM TOMS 3 (1977)',
		'Vose, A Linear Algorithm for Generating Random Numbers with a Given Distribution, IEEE TSE 17 (1991)'
	],
	knobs: {},
	elsewhere: {
		haproxy: 'balance random(1), server … weight',
		nginx: 'random, server … weight='
	},
	create(_knobs, random) {
		const tableOf = whenListChanges((backends) => aliasTable(backends.map(({ weight }) => weight)));
		return {
			pick: (backends) => backends[drawPlace(tableOf(backends), random)],
			because(picked, backends) {
				const total = backends.reduce((sum, { weight }) => sum + weight, 0);
				const share = `${rounded(picked.weight)} of ${rounded(total)}`;
				return {
					says: `The lot fell on ${picked.id}, whose weight is ${share}: ${rounded((100 * picked.weight) / total)} % of all lots do.`,
					mark: { piece: backends.indexOf(picked) }
				};
			},
			space: (backends) => rowOf(backends, ({ weight }) => weight)
		};
	}
};
