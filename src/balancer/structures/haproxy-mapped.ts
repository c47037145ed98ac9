import { rounded, slotMet } from '../because.ts';
import { isFull } from '../full.ts';
import { noParameter } from '../key.ts';
import { mapSpace, serverMap, turnOnMap, turns } from './haproxy-map.ts';
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
		keepsWeights: true,
		forBackups: (which) =>
			which === 'group'
				? undefined
				: {
						walks: true,
						overtakes: true,
						keepsWeights: true,
						pick(backups, { key }, tried) {
							const slots = map.backupSlots(backups);
							if (key !== noParameter) return slots[0];
							return turn.next(slots, isFull, tried?.[tried.length - 1]);
						}
					},
		members: map.members,
		pick(backends, { key }, tried) {
			const slots = map.slots(backends);
			// With one server left nothing is hashed.
			const hash = backends.length === 1 && key !== noParameter ? 0 : hashOf(key);
			if (hash === undefined) return turn.next(slots, isFull, tried?.[tried.length - 1]);
			return slots[(hash >>> 0) % slots.length];
		},
		because(picked, backends, { key }) {
			const slots = map.slots(backends);
			const hash = hashOf(key);
			if (backends.length === 1 && key !== noParameter)
				return { says: `${picked.id} is alone on the list, so nothing is hashed.` };
			if (hash === undefined) {
				const { says, ...where } = turnOnMap(picked, slots, turn.last);
				return { says: `Without a key requests take turns. ${says}`, ...where };
			}
			const { backends: all, owners } = mapSpace(slots, backends);
			return slotMet(key, rounded(hash >>> 0), owners, (hash >>> 0) % slots.length, picked, all, undefined);
		},
		space: (backends) => mapSpace(map.slots(backends), backends)
	};
}
