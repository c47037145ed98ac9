/**
 * NGINX's hash: the key decides, by a number that any server of the same list would make of it.
 *
 * The idea is that of IP hash with any text for a key: make a number of it, walk that far along the servers, each as long as
 * its weight. The number is the middle of the key's CRC-32. A server that is down keeps its place; who points
 * at it puts a counter before the key, adds the new number to the old and walks on, up to twenty times, and then
 * the turns of weighted round robin decide, as they do for an empty key. Memcached clients of Perl hash alike, so a cache
 * filled by them is found.
 *
 * Cost: O(key) a pick; a row of numbers. It fails when the list changes: nearly all keys move then, where
 * hash … consistent moves only a share. Fewer than 32,768 numbers come out, so more servers than that get nothing.
 */
import { crc32Start, crc32Step, hashText } from '../hash.ts';
import { HashWalk } from '../structures/hash-walk.ts';
import type { StrategyDefinition } from '../strategy.ts';

export const nginxHash: StrategyDefinition<never> = {
	title: 'NGINX hash',
	says: 'The key decides: the same key, the same server, as long as the list stays the same.',
	cost: 'O(1) a pick; a row of numbers, made anew when the list changes.',
	fails: 'When a server joins or leaves for good, nearly every key moves to another one.',
	sources: [
		'NGINX 1.22.1, ngx_http_upstream_hash_module.c (2022)',
		'Perl’s Cache::Memcached by Brad Fitzpatrick (2003)'
	],
	knobs: {},
	elsewhere: {
		haproxy: 'balance hdr(…), hash-type map-based (other numbers)',
		nginx: 'hash $key',
		caddy: 'lb_policy uri_hash, header (by rendezvous)'
	},
	create() {
		const walk = new HashWalk();
		let text = '';
		let sum = 0;
		const place = (question: number, length: number): number => {
			if (question === 0) sum = 0;
			const crc = question === 0 ? crc32Start : hashText(String(question), crc32Start, crc32Step);
			sum += (~hashText(text, crc, crc32Step) >>> 16) & 0x7fff;
			return sum % length;
		};
		return {
			members: (all) => {
				walk.members(all);
			},
			pick(backends, { key }, tried) {
				if (key === '') return walk.turns.next(backends);
				text = key;
				return walk.pick(backends, tried, place);
			},
			done: walk.turns.done,
			because(picked, backends, { key }, tried) {
				if (key === '') {
					const { says, figures } = walk.turns.because(picked, backends);
					return { says: `Without a key turns decide. ${says}`, ...(figures && { figures }) };
				}
				text = key;
				return walk.because(picked, backends, key, tried, place);
			},
			space: (backends) => walk.space(backends)
		};
	}
};
