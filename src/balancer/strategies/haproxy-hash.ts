/**
 * HAProxy's map-based hashing: the key decides, by its place on a map of the servers.
 *
 * The idea: lay the servers out by weight, as static round robin does, hash the key, and take the slot that is left
 * over when the hash is divided by the number of slots. What the key is, the host says: a header, a parameter, the
 * path. Requests without a key take turns around the map.
 *
 * Cost: O(length of the key) a pick, one slot for each unit of weight. Full servers are not passed over: the request
 * waits for its own. It fails when the list changes: the division leaves another rest then, and nearly every key
 * goes elsewhere; a dead server is not passed over either, so a retry meets it again until it is taken off the list.
 */
import { avalanche as stir, hashFunctionNames, hashFunctions, sdbm } from '../structures/haproxy-hash.ts';
import { mappedStrategy } from '../structures/haproxy-mapped.ts';
import { emptyValue, noParameter } from '../key.ts';
import type { Knob, StrategyDefinition } from '../strategy.ts';

export const functionKnob: Knob = {
	title: 'Function',
	says: 'How a key becomes a number.',
	min: 0,
	max: hashFunctions.length - 1,
	step: 1,
	initial: 0,
	names: hashFunctionNames
};

export const avalancheKnob: Knob = {
	title: 'Avalanche',
	says: 'Whether that number is stirred once more, so that similar keys part.',
	min: 0,
	max: 1,
	step: 1,
	initial: 0,
	names: ['off', 'on']
};

export const haproxyHash: StrategyDefinition<'function' | 'avalanche'> = {
	title: 'HAProxy hash, map-based',
	says: 'The hash of a key, divided by the number of slots, leaves the slot of its server.',
	cost: 'O(length of the key) a pick; a slot for each unit of weight.',
	fails: 'One server more or less, and nearly every key changes its server.',
	sources: ['HAProxy 2.6, src/lb_map.c and src/hash.c (2022)'],
	knobs: { function: functionKnob, avalanche: avalancheKnob },
	elsewhere: {
		haproxy: 'balance uri | hdr() | url_param, hash-type map-based',
		nginx: 'hash $key (other numbers)',
		caddy: 'lb_policy uri_hash, header (by rendezvous)'
	},
	create: (knobs) => mappedStrategy(keyHash(knobs))
};

/**
 * The hash of a key by these knobs, as a signed word: an unsigned one may have to be allocated. Undefined for an empty
 * key, which has none.
 */
export function keyHash(
	knobs: Readonly<Record<'function' | 'avalanche', number>>
): (key: string) => number | undefined {
	const hash = hashFunctions[knobs.function] ?? sdbm;
	return (key) => {
		if (key === '' || key === noParameter) return undefined;
		const number = hash(key === emptyValue ? '' : key);
		return (knobs.avalanche > 0 ? stir(number) : number) | 0;
	};
}
