/**
 * Maglev: a table that says for every hash who serves it, filled so that all have almost exactly the same share.
 *
 * The idea: every server has its own order of preference for the slots of a table: an offset, and a skip from each to the
 * next. As the size is prime, every skip comes by every slot. The servers take turns, and in its turn each claims the
 * free slot it likes best, until the table is full. A pick looks up one slot. Shares differ by one turn at the
 * most, which no ring can say; in exchange a few more keys move than must when a server comes or goes.
 *
 * Weights are turns: the heaviest claims in every round, a server of half its weight in every other.
 *
 * Cost: O(1) a pick, one slot's worth of memory per slot; filling takes O(size · log size) when the list changes. It fails where
 * the table is small for the servers (100 slots each keep shares within 1 %, and beyond one slot each some get none),
 * and where one key is hot. Past servers that failed a request or have no room it goes on along the table.
 */
import { rounded, slotMet } from '../because.ts';
import { isPassed, whenListChanges } from '../choose.ts';
import { fillTable, sizes } from '../structures/maglev-table.ts';
import { hashKey } from '../structures/mix.ts';
import type { StrategyDefinition } from '../strategy.ts';

export const maglev: StrategyDefinition<'size'> = {
	title: 'Maglev',
	says: 'A key looks up one slot of a table that all servers have filled in turns.',
	cost: 'O(1) a pick; a table, filled anew when the list changes.',
	fails: 'A table that is small for its servers gives unequal shares; one hot key is one hot server.',
	sources: ['Eisenbud et al., Maglev: A Fast and Reliable Software Network Load Balancer (NSDI 2016)'],
	knobs: {
		size: {
			title: 'Table size',
			says: 'How many slots the table has, a prime number.',
			min: 0,
			max: sizes.length - 1,
			step: 1,
			initial: sizes.length - 1,
			names: sizes.map(String)
		}
	},
	elsewhere: { envoy: 'MAGLEV' },
	create({ size: chosen }) {
		const size = sizes[chosen] ?? sizes[0];
		const tableOf = whenListChanges((backends) =>
			fillTable(
				size,
				backends.map(({ id, weight }) => ({
					offset: hashKey(id) % size,
					skip: (hashKey(id, 1) % (size - 1)) + 1,
					weight
				}))
			)
		);
		return {
			walks: true,
			pick(backends, { key }, tried) {
				const table = tableOf(backends);
				const slot = hashKey(key) % size;
				const first = backends[table[slot] ?? 0];
				if (first === undefined || !isPassed(first, tried)) return first;
				for (let step = 1; step < size; step++) {
					const next = backends[table[(slot + step) % size] ?? 0];
					if (next !== undefined && !isPassed(next, tried)) return next;
				}
				return first;
			},
			because(picked, backends, { key }, tried) {
				const hash = hashKey(key);
				return slotMet(key, rounded(hash), tableOf(backends), hash % size, picked, backends, tried);
			},
			space: (backends) => ({ kind: 'table', backends, owners: tableOf(backends) })
		};
	}
};
