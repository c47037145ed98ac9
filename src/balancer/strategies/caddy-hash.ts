/**
 * Caddy's hash policies: every server draws a number for the key, and the highest wins.
 *
 * The idea is rendezvous hashing, with the plainest of hashes: FNV-1a over the key and then the server's address, in 32
 * bits, with no finishing. What comes last in a text hardly reaches the high bits, and it is the high bits that decide; so
 * addresses that differ in their last figure alone share badly: of three equal servers one got 51 percent
 * and another 22. (2.6.3 turned the order round, 2.8 took xxHash.) There are no weights. Without a key a lot decides.
 *
 * Cost: O(n · length of an address) a pick, nothing kept, for no more than 64 servers. It fails by its shares, as said, and
 * as all hashing does: one hot key is one hot server.
 */
import { figuresOf } from '../because.ts';
import { hashText, type HashStep } from '../hash.ts';
import type { Backend, StrategyDefinition } from '../strategy.ts';

export const caddyHash: StrategyDefinition<never> = {
	title: 'Caddy hash',
	says: 'Every server draws a number for the key, by a plain hash of both; the highest wins.',
	cost: 'O(n) a pick, each letter of each address; nothing is kept.',
	fails: 'Addresses that differ only at their end share the keys badly.',
	sources: [
		'Caddy 2.6.2, modules/caddyhttp/reverseproxy/selectionpolicies.go, hostByHashing (2022)',
		'Fowler, Noll and Vo, FNV-1a (1991)'
	],
	knobs: {},
	elsewhere: { caddy: 'lb_policy ip_hash | uri_hash | header | cookie' },
	most: 64,
	create: (_knobs, random) => ({
		pick(backends, { key }) {
			if (key === '') return backends[Math.floor(random() * backends.length)];
			const start = hashText(key, offset, fnv);
			let best = backends[0];
			let highest = -1;
			for (const backend of backends) {
				const drawn = hashText(backend.address, start, fnv) >>> 0;
				if (drawn <= highest) continue;
				best = backend;
				highest = drawn;
			}
			return best;
		},
		because(picked, backends, { key }) {
			if (key === '') return { says: `Without a key a lot decided, and it fell on ${picked.id}.` };
			const start = hashText(key, offset, fnv);
			const drawnBy = ({ address }: Backend): number => hashText(address, start, fnv) >>> 0;
			return {
				says: `${picked.id} drew the highest number for this key.`,
				figures: figuresOf('number drawn', backends, drawnBy)
			};
		}
	})
};

const offset = 0x811c9dc5;
const fnv: HashStep = (hash, byte) => Math.imul(hash ^ byte, 0x01000193);
