/**
 * Round robin: each backend in turn, whoever is busy there.
 *
 * The idea: with equal machines and equal requests, taking turns spreads the load as evenly as can be, and it
 * needs to know nothing. Cost: O(1) a pick, one number of state. It fails where requests or machines differ: the
 * turn of a machine comes even while it is still buried in the last one.
 *
 * When the list changes the turn goes on from whoever had the last one: no burst to the first backend, and nobody
 * is passed over because another left, came back or was left out of a retry.
 */
import type { Backend, StrategyDefinition } from '../strategy.ts';

export const roundRobin: StrategyDefinition<never> = {
	title: 'Round robin',
	says: 'Each server in turn, whoever is busy there.',
	cost: 'O(1) a pick and one number in all.',
	fails:
		'It counts requests, not work: where machines or requests differ, the turn of a server comes while it is still buried in the last one.',
	sources: [
		'HAProxy 2.6 configuration manual, balance roundrobin (2022)',
		'nginx.org, ngx_http_upstream_module (2023)'
	],
	knobs: {},
	elsewhere: {
		haproxy: 'balance roundrobin',
		nginx: '(the default)',
		caddy: 'lb_policy round_robin',
		envoy: 'ROUND_ROBIN',
		go: 'gRPC: round_robin'
	},
	create() {
		let turn = 0;
		let seen: readonly Backend[] = [];
		return {
			pick(backends) {
				if (backends !== seen) {
					turn = turnAfter(seen, turn, backends);
					seen = backends;
				}
				const picked = backends[turn];
				turn = (turn + 1) % backends.length;
				return picked;
			},
			because({ id }, backends) {
				const before = backends[(turn + 2 * backends.length - 2) % backends.length]?.id ?? '';
				const says =
					backends.length === 1 ? `${id} is alone on the list.` : `The turn after ${before}’s is ${id}’s.`;
				return { says };
			}
		};
	}
};

/** Walk back from the turn in the old list to the first who is in the new one too: the turn comes after it. */
function turnAfter(before: readonly Backend[], turn: number, now: readonly Backend[]): number {
	for (let back = 1; back <= before.length; back++) {
		const previous = before[(turn - back + before.length) % before.length];
		const place = previous === undefined ? -1 : now.indexOf(previous);
		if (place >= 0) return (place + 1) % now.length;
	}
	return 0;
}
