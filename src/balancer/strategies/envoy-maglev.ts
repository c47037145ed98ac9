/**
 * Envoy's Maglev: the table of the paper, to the slot as Envoy fills it.
 *
 * The idea is Maglev's: all servers fill a table in turns, and a key looks up one slot. What is Envoy's own: offset and skip
 * come from XXH64 of the server's address; the servers take their turns in the order of their addresses as text; a
 * server takes part in a round when its weight has come up to its target; and a key is looked up by its XXH64. Our
 * `maglev` differs in nothing but the hash and the order of the turns, by which it is faster and plainer.
 *
 * A retry changes the hash by the number of the try, as Envoy does for hosts that a predicate rules out, until it meets
 * another server; after as many tries as there are servers, twice over, it keeps what it has.
 *
 * Cost: O(1) a pick and the hashing of the key. It fails where Maglev fails. Envoy's table has 65,537 slots unless told
 * otherwise; the small sizes are for looking at, and 7 and 17 are those of Envoy's own tests.
 */
import { slotMet } from '../because.ts';
import { whenListChanges } from '../choose.ts';
import { fillTable } from '../structures/maglev-table.ts';
import { xxHash64, xxHex, xxModulo, xxRetry } from '../structures/xxhash.ts';
import type { Backend, StrategyDefinition } from '../strategy.ts';

export const envoyMaglev: StrategyDefinition<'size'> = {
	title: 'Envoy Maglev',
	says: 'Maglev with Envoy’s hash and order of turns, so that every key finds the server it has there.',
	cost: 'O(1) a pick; a table, filled anew when the list changes.',
	fails: 'A table that is small for its servers gives unequal shares; one hot key is one hot server.',
	sources: [
		'Envoy 1.25, maglev_lb.cc and its test tables (2023)',
		'Eisenbud et al., Maglev: A Fast and Reliable Software Network Load Balancer (NSDI 2016)'
	],
	knobs: {
		size: {
			title: 'Table size',
			says: 'How many slots the table has, a prime number.',
			min: 0,
			max: 4,
			step: 1,
			initial: 4,
			names: ['7', '17', '251', '4093', '65537']
		}
	},
	elsewhere: { envoy: 'MAGLEV' },
	create({ size: chosen }, random) {
		// Without a key Envoy draws a number instead.
		const lot = (): string => String(random());
		const size = [7, 17, 251, 4093, 65_537][chosen] ?? 65_537;
		const tableOf = whenListChanges((backends) => envoyTable(backends, size));
		return {
			walks: true,
			pick(backends, { key }, tried) {
				const table = tableOf(backends);
				xxHash64(key === '' ? lot() : key);
				const first = backends[table[xxModulo(size)] ?? 0];
				if (tried === undefined || first === undefined || !tried.includes(first)) return first;
				for (let attempt = 1; attempt <= 2 * backends.length; attempt++) {
					const next = backends[table[xxRetry(attempt, size)] ?? 0];
					if (next !== undefined && !tried.includes(next)) return next;
				}
				return first;
			},
			because(picked, backends, { key }, tried) {
				if (key === '') return { says: `Without a key a lot decides, and it fell on ${picked.id}.` };
				const table = tableOf(backends);
				xxHash64(key);
				const retry = (tries: number): number => xxRetry(tries, size);
				return slotMet(key, xxHex(), table, xxModulo(size), picked, backends, tried, retry);
			},
			space: (backends) => ({ kind: 'table', backends, owners: tableOf(backends) })
		};
	}
};

/** Each slot holds the place in the list of the backend that owns it. */
export function envoyTable(backends: readonly Backend[], size: number): Uint32Array {
	const total = backends.reduce((sum, { weight }) => sum + weight, 0);
	const order = backends
		.map((_, place) => place)
		.sort((a, b) => byText(backends[a]?.address ?? '', backends[b]?.address ?? ''));
	const claimants = order.map((place) => {
		const { address, weight } = backends[place] ?? { address: '', weight: 0 };
		xxHash64(address);
		const offset = xxModulo(size);
		xxHash64(address, 1);
		return { offset, skip: xxModulo(size - 1) + 1, weight: weight / total };
	});
	return fillTable(size, claimants).map((turn) => order[turn] ?? 0);
}

function byText(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
