/**
 * HAProxy's static round robin: turns around a map that is drawn up once from the weights.
 *
 * The idea: lay out one whole round beforehand, each server as often as its weight says and mixed in evenly, and walk
 * it. Weights 3, 2, 1 give a a b a b c. That is as cheap as can be, and how HAProxy did it before its weights could
 * change at run time; now the map must be drawn anew for every change, and the walk goes on at the same slot of it,
 * whoever stands there now.
 *
 * Cost: O(1) a pick, one slot for each unit of weight. Full servers are passed over; if all are full it declines. It
 * fails where round robin does, and with weights like 100 and 1: the light one waits for the end of the map.
 */
import { isFull } from '../full.ts';
import { mapSpace, serverMap, turnOnMap, turns } from '../structures/haproxy-map.ts';
import type { StrategyDefinition } from '../strategy.ts';

export const haproxyStaticRoundRobin: StrategyDefinition<never> = {
	title: 'HAProxy static round robin',
	says: 'Turns around a map on which each server stands as often as its weight says.',
	cost: 'O(1) a pick; a slot for each unit of weight, laid out anew when the list changes.',
	fails: 'Each change of the list lays out another round, which goes on wherever the last one stopped.',
	sources: ['HAProxy 2.6, src/lb_map.c (2022)'],
	knobs: {},
	elsewhere: {
		haproxy: 'balance static-rr'
	},
	create() {
		const map = serverMap();
		const turn = turns();
		return {
			walks: true,
			keepsWeights: true,
			forBackups: (which) =>
				which === 'group'
					? undefined
					: {
							walks: true,
							keepsWeights: true,
							pick: (backups, _call, tried) =>
								turn.next(map.backupSlots(backups), isFull, tried?.[tried.length - 1])
						},
			members: map.members,
			pick: (backends, _call, tried) => turn.next(map.slots(backends), isFull, tried?.[tried.length - 1]),
			because: (picked, backends) => turnOnMap(picked, map.slots(backends), turn.last),
			space: (backends) => mapSpace(map.slots(backends), backends)
		};
	}
};
