/**
 * Rendezvous hashing: every server draws a number for the key, and the highest draw wins.
 *
 * The idea: hash key and server together, and the number is a lottery ticket that this server always holds for this key.
 * Whoever holds the best one serves it. When a server leaves, its keys go each to the holder of the second best
 * ticket, so they spread over all the others; nobody else's keys move, and there is no ring to keep.
 *
 * With weights, tickets are compared as −w / ln u, u being the hash as a number between 0 and 1: then the best one is a
 * server's in exact proportion to its weight. (Multiplying the hash by the weight, as is often done, is not.)
 *
 * Cost: O(n) a pick, two words per server, for no more than 64 servers. It fails as all hashing does: one hot key is one
 * hot server.
 */
import { figuresOf, rounded } from '../because.ts';
import { whenListChanges } from '../choose.ts';
import { hashKey, mix } from '../structures/mix.ts';
import type { Backend, StrategyDefinition } from '../strategy.ts';

export const rendezvous: StrategyDefinition<never> = {
	title: 'Rendezvous hashing',
	says: 'Every server holds a ticket for the key; the best ticket wins.',
	cost: 'O(n) a pick; one number a server.',
	fails: 'With many servers every pick is a long count, and one hot key is one hot server.',
	sources: [
		'Thaler and Ravishankar, Using Name-Based Mappings to Increase Hit Rates, IEEE/ACM ToN 6 (1998)',
		'Schindelhauer and Schomaker, Weighted Distributed Hash Tables (SPAA 2005)'
	],
	knobs: {},
	elsewhere: {
		caddy: 'lb_policy ip_hash, uri_hash, header',
		go: 'Traefik: hrw'
	},
	most: 64,
	create() {
		const seedsOf = whenListChanges((backends) => Uint32Array.from(backends, ({ id }) => hashKey(id)));
		return {
			pick(backends, { key }) {
				const seeds = seedsOf(backends);
				const hash = hashKey(key);
				let best: Backend | undefined;
				let bestTicket = -1;
				for (let place = 0; place < seeds.length; place++) {
					const backend = backends[place];
					if (backend === undefined) continue;
					const ticket = ticketOf(hash, seeds[place] ?? 0, backend.weight);
					if (ticket > bestTicket) {
						best = backend;
						bestTicket = ticket;
					}
				}
				return best;
			},
			because(picked, backends, { key }) {
				const ticketFor = ({ id, weight }: Backend): number => ticketOf(hashKey(key), hashKey(id), weight);
				const [, second] = backends.toSorted((a, b) => ticketFor(b) - ticketFor(a));
				const next = second === undefined ? '' : `, ahead of ${second.id}’s ${rounded(ticketFor(second))}`;
				return {
					says: `${picked.id}’s ticket for this key is the best: ${rounded(ticketFor(picked))}${next}.`,
					figures: figuresOf('ticket', backends, ticketFor)
				};
			}
		};
	}
};

/** Half a step above 0 and below 1, where the logarithm is neither without end nor nought. */
function ticketOf(hash: number, seed: number, weight: number): number {
	const u = (mix(hash ^ seed) + 0.5) / 2 ** 32;
	return -weight / Math.log(u);
}
