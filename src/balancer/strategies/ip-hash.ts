/**
 * IP hash: the client's address decides, so a client comes back to the server that knows it.
 *
 * The idea: turn the address into a number that looks random but is the same each time, and walk that far along the
 * servers, each as long as its weight. Nothing is remembered, so every balancer with the same list decides alike.
 *
 * This is NGINX's ip_hash to the number. Of an IPv4 address only the first three octets count: a provider that hands
 * its customers changing addresses stays within them. A key that is no address counts by its UTF-8 bytes, where NGINX
 * would take all of them for one client.
 *
 * A server that is down keeps its place in the walk, so the others' clients stay where they are and its own come back
 * to it. Who points at it meanwhile, at a full one or at one that has just failed, stirs the address in once more and
 * walks anew; after twenty misses the turns of weighted round robin decide.
 *
 * Cost: O(1) a pick, a row of numbers that is made anew when somebody joins, leaves or changes weight. It fails when
 * many clients share an address (an office, a mobile carrier: one server gets them all), and when the list changes for
 * good: the walk is another one then, and most clients lose their server. And the number stays below 6271: if the
 * weights sum to more, the last servers get nobody.
 */
import { hashClient } from '../hash.ts';
import { HashWalk } from '../structures/hash-walk.ts';
import type { StrategyDefinition } from '../strategy.ts';

export const ipHash: StrategyDefinition<never> = {
	title: 'IP hash',
	says: 'The client’s address decides: the same client, the same server.',
	cost: 'O(1) a pick; a row of numbers, made anew when the list changes.',
	fails:
		'Many clients behind one address all land on one server, and when the list changes most clients lose theirs.',
	sources: ['NGINX 1.22.1, ngx_http_upstream_ip_hash_module.c (2022)'],
	knobs: {},
	elsewhere: {
		haproxy: 'balance source (other numbers)',
		nginx: 'ip_hash',
		caddy: 'lb_policy ip_hash (by rendezvous)',
		envoy: 'RING_HASH, source_ip'
	},
	create() {
		const walk = new HashWalk();
		let address = '';
		let hash = 0;
		const place = (question: number, length: number): number => {
			hash = hashClient(address, question === 0 ? 89 : hash, stir);
			return hash % length;
		};
		return {
			members: (all) => {
				walk.members(all);
			},
			pick(backends, { key }, tried) {
				address = key;
				return walk.pick(backends, tried, place);
			},
			done: walk.turns.done,
			because(picked, backends, { key }, tried) {
				address = key;
				return walk.because(picked, backends, key, tried, place);
			},
			space: (backends) => walk.space(backends)
		};
	}
};

const stir = (hash: number, octet: number): number => (113 * hash + octet) % 6271;
