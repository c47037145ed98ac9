/**
 * HAProxy's source, consistent: the client's address decides, by its place on a ring.
 *
 * The idea: the map-based source loses nearly all its clients when a server comes or goes. On a ring only those move
 * who must. The address is stirred (avalanche) before it is looked up, or neighbours would all lie next to one point.
 *
 * Cost: O(1) a pick, 16 points for each unit of weight. Full servers are not passed over without a balance factor:
 * the client waits for its own. It fails behind a proxy or an office's router, where all clients have one address, and on
 * weights of 1: 16 points are too few for an even spread.
 */
import { balanceKnob, consistentStrategy } from '../structures/haproxy-consistent.ts';
import type { StrategyDefinition } from '../strategy.ts';
import { avalancheKnob } from './haproxy-hash.ts';
import { sourceHash } from './haproxy-source.ts';

export const haproxySourceConsistent: StrategyDefinition<'avalanche' | 'balance'> = {
	title: 'HAProxy source, consistent',
	says: 'A client belongs to the point on a ring of servers that is nearest to its address, stirred.',
	cost: 'O(1) a pick; 16 points for each unit of weight.',
	fails: 'With weights of 1 there are only 16 points a server, and the shares are far apart.',
	sources: ['HAProxy 2.6, src/backend.c, get_server_sh, and src/lb_chash.c (2022)'],
	knobs: { avalanche: { ...avalancheKnob, initial: 1 }, balance: balanceKnob },
	elsewhere: {
		haproxy: 'balance source, hash-type consistent',
		nginx: 'hash $remote_addr consistent (other points)',
		envoy: 'RING_HASH, source_ip (other points)'
	},
	create: (knobs) => consistentStrategy(sourceHash(knobs), knobs.balance)
};
