/**
 * Consistent hashing: servers and keys lie on one circle, and a key belongs to the next server along.
 *
 * The idea: hash each server to many points of a circle and each key to one. Going on from the key, the first point met
 * says who serves it. When a server leaves, only its own keys move, to whoever is next behind each of its points;
 * when one comes it takes its share from all and nothing else moves. Many points per server ("virtual nodes") even out
 * the arcs: with v points the shares differ by about 1/√v, and a server of weight 2 has twice as many.
 *
 * A retry goes on along the circle past the servers that failed, and every request past those that have no room left:
 * that is where the keys would be if they were gone. If that leaves nobody, it is the first one's after all.
 *
 * Cost: O(1) a pick; the ring is made anew when the list changes. It fails where keys are unequal:
 * one hot key is one hot server. HAProxy, NGINX and Envoy have rings of their own, with other points.
 */
import { pointMet } from '../because.ts';
import { isPassed, whenListChanges } from '../choose.ts';
import { hashKey, hashWord } from '../structures/mix.ts';
import { circleFrom, nodesKnob, ringOf, ringSpace } from '../structures/ring.ts';
import type { StrategyDefinition } from '../strategy.ts';

export const consistentHash: StrategyDefinition<'nodes'> = {
	title: 'Consistent hashing',
	says: 'Keys and servers lie on a circle; a key belongs to the next server along.',
	cost: 'O(1) a pick; a ring of points, made anew when the list changes.',
	fails: 'One hot key is one hot server, and with few points on the circle the shares are far from equal.',
	sources: [
		'Karger, Lehman, Leighton, Panigrahy, Levine and Lewin, Consistent Hashing and Random Trees (STOC 1997)',
		'Stoica, Morris, Karger, Kaashoek and Balakrishnan, Chord (SIGCOMM 2001), virtual nodes'
	],
	knobs: { nodes: nodesKnob },
	elsewhere: {
		haproxy: 'hash-type consistent',
		nginx: 'hash … consistent',
		envoy: 'RING_HASH',
		go: 'gRPC: ring_hash'
	},
	create({ nodes }) {
		const ringFor = whenListChanges((backends) => ringOf(backends, nodes));
		return {
			walks: true,
			pick(backends, { key }, tried) {
				const ring = ringFor(backends);
				const { owners } = ring;
				const start = ring.guide.around(hashWord(key));
				const first = backends[owners[start] ?? 0];
				if (first === undefined || !isPassed(first, tried)) return first;
				for (let step = 1; step < owners.length; step++) {
					const next = backends[owners[(start + step) % owners.length] ?? 0];
					if (next !== undefined && !isPassed(next, tried)) return next;
				}
				return first;
			},
			because: (picked, backends, { key }, tried) =>
				pointMet(key, circleFrom(ringFor(backends), backends, hashKey(key)), picked, tried),
			space: (backends) => ringSpace(ringFor(backends), backends)
		};
	}
};
