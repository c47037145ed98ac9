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
 * Cost: O(n) a pick, no state. It fails when many clients share an address (an office, a mobile carrier: one server gets
 * them all), and when the list changes: the walk is another one then, and most clients lose their server. NGINX spares
 * its clients the latter while a server is only down, by keeping its place in the walk; here those who are down are
 * not on the list. And the number stays below 6271: if the weights sum to more, the last servers get nobody.
 */
import { hashClient } from '../hash.ts';
import type { StrategyDefinition } from '../strategy.ts';

export const ipHash: StrategyDefinition<never> = {
	title: 'IP hash',
	says: 'The client’s address decides: the same client, the same server.',
	sources: ['NGINX 1.22.1, ngx_http_upstream_ip_hash_module.c (2022)'],
	knobs: {},
	elsewhere: {
		haproxy: 'balance source',
		nginx: 'ip_hash',
		caddy: 'lb_policy ip_hash',
		envoy: 'RING_HASH, source_ip'
	},
	create() {
		return {
			pick(backends, { key }) {
				let length = 0;
				for (const { weight } of backends) length += weight;
				let left = hashClient(key, 89, stir) % length;
				for (const backend of backends) {
					left -= backend.weight;
					if (left < 0) return backend;
				}
				// Fractions of a weight may be rounded away at the very end of the walk.
				return backends[backends.length - 1];
			}
		};
	}
};

const stir = (hash: number, octet: number): number => (113 * hash + octet) % 6271;
