/**
 * HAProxy's source, map-based: the client's address decides, by its place on a map of the servers.
 *
 * The idea: an address is a number already. Divide it by the number of slots on a map of the servers, and the rest
 * is the slot of its server. An IPv4 address is taken as it is, so neighbours in a network get different servers, where
 * NGINX's ip_hash would send the whole /24 to one; the four words of an IPv6 address are xored. No hash
 * function has a say in it, only the avalanche. A key that is no address is hashed by sdbm.
 *
 * Cost: O(1) a pick, one slot for each unit of weight. Full servers are not passed over: the client waits for its own. It
 * fails behind a proxy or an office's router, where all clients have one address; when the list changes, nearly every
 * client goes elsewhere; and a retry meets the dead server again until it is taken off the list.
 */
import { addressWord } from '../hash.ts';
import { avalanche as stir, sdbm } from '../structures/haproxy-hash.ts';
import { mappedStrategy } from '../structures/haproxy-mapped.ts';
import type { StrategyDefinition } from '../strategy.ts';
import { avalancheKnob } from './haproxy-hash.ts';

export const haproxySource: StrategyDefinition<'avalanche'> = {
	title: 'HAProxy source, map-based',
	says: 'The client’s address, divided by the number of slots, leaves the slot of its server.',
	cost: 'O(1) a pick; a slot for each unit of weight.',
	fails: 'One server more or less, and nearly every client changes its server.',
	sources: ['HAProxy 2.6, src/backend.c, get_server_sh, and src/lb_map.c (2022)'],
	knobs: { avalanche: avalancheKnob },
	elsewhere: {
		haproxy: 'balance source',
		nginx: 'ip_hash (other numbers)',
		caddy: 'lb_policy ip_hash (by rendezvous)'
	},
	create: (knobs) => mappedStrategy(sourceHash(knobs))
};

/** The number of an address by these knobs, as a signed word; undefined for an empty key, which has none. */
export function sourceHash({
	avalanche
}: Readonly<Record<'avalanche', number>>): (key: string) => number | undefined {
	return (key) => {
		if (key === '') return undefined;
		const hash = addressWord(key) ?? sdbm(key);
		return (avalanche > 0 ? stir(hash) : hash) | 0;
	};
}
