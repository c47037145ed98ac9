import { isFull } from '../full.ts';
import { noParameter } from '../key.ts';
import { serverMap, turns } from './haproxy-map.ts';
import type { Strategy } from '../strategy.ts';

/**
 * The lookup that HAProxy's map-based hashes share: the slot of the map that the hash leaves, whoever stands there, full
 * or failed. `hashOf` gives undefined for a request without a key; those take turns around the map.
 */
export function mappedStrategy(hashOf: (key: string) => number | undefined): Strategy {
	const map = serverMap();
	const turn = turns();
	return {
		walks: true,
		overtakes: true,
		members: map.members,
		pick(backends, { key }, tried) {
			const slots = map.slots(backends);
			// With one server left nothing is hashed.
			const hash = backends.length === 1 && key !== noParameter ? 0 : hashOf(key);
			if (hash === undefined) return turn.next(slots, isFull, tried?.[tried.length - 1]);
			return slots[hash % slots.length];
		}
	};
}
