/**
 * HAProxy's consistent hashing: the key decides, by its place on a ring.
 *
 * The idea (Karger and others, 1997): put servers and keys on the same circle, each server at many points, and give a key
 * to the nearest one. HAProxy looks to both sides; most others only clockwise. If a server leaves, its keys go to those next
 * to its points and all others stay; a retry walks on upwards past the server that failed. Requests without a key
 * step along the points.
 *
 * The balance factor bounds what one server may get (Mirrokni, Thorup and Zadimoghaddam, 2016): with 150 no server has
 * more than one and a half times its share of what is in flight; a key whose server has reached it walks on.
 *
 * Cost: O(1) a pick, 16 points for each unit of weight. Full servers are not passed over without a
 * factor: the request waits for its own. It fails on weights of 1: 16 points are too few for an even spread. And a
 * popular key is still one server's alone, unless there is a factor.
 */
import { balanceKnob, consistentStrategy } from '../structures/haproxy-consistent.ts';
import type { StrategyDefinition } from '../strategy.ts';
import { avalancheKnob, functionKnob, keyHash } from './haproxy-hash.ts';

export const haproxyHashConsistent: StrategyDefinition<'function' | 'avalanche' | 'balance'> = {
	title: 'HAProxy hash, consistent',
	says: 'A key belongs to the nearest point on a ring of servers, and keeps it when others come and go.',
	cost: 'O(1) a pick; 16 points for each unit of weight.',
	fails: 'With weights of 1 there are only 16 points a server, and the shares are far apart.',
	sources: [
		'HAProxy 2.6, src/lb_chash.c and src/hash.c (2022)',
		'Karger et al., Consistent Hashing and Random Trees (STOC 1997)',
		'Mirrokni, Thorup and Zadimoghaddam, Consistent Hashing with Bounded Loads (arXiv 1608.01350, 2016)'
	],
	knobs: { function: functionKnob, avalanche: { ...avalancheKnob, initial: 1 }, balance: balanceKnob },
	elsewhere: {
		haproxy: 'balance uri | hdr() | url_param, hash-type consistent',
		nginx: 'hash $key consistent (other points)',
		envoy: 'RING_HASH (other points)',
		go: 'gRPC: ring_hash (other points)'
	},
	create: (knobs) => consistentStrategy(keyHash(knobs), knobs.balance)
};
