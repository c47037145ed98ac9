import type { ClusterPlan } from '../cluster.ts';
import { familyOf, type Spoken } from '../families.ts';
import { keyWords, knob } from '../words.ts';

export interface Policy extends Spoken {
	/** The cluster's field for what else it is told. */
	readonly config?: string;
	/** It needs a hash of the request. */
	readonly hashes: boolean;
}

/** How Envoy says the plan's strategy, or the nearest to it. */
export function policyOf(plan: ClusterPlan): Policy {
	const { name } = plan.strategy;
	const by = (says: string, config: string | undefined, differs?: string): Policy => ({
		says,
		hashes: says === 'RING_HASH' || says === 'MAGLEV',
		exact: differs === undefined,
		...(differs !== undefined && { differs }),
		...(config !== undefined && { config })
	});
	const key = `${keyWords(plan.key)} decides here too, but on other points, so a client has another server`;
	if (name === 'envoy-least-request') return by('LEAST_REQUEST', 'least_request_lb_config');
	if (name === 'envoy-ring-hash') return by('RING_HASH', 'ring_hash_lb_config');
	if (name === 'envoy-maglev' || name === 'maglev')
		return by(
			'MAGLEV',
			undefined,
			name === 'maglev' ? key : knob(plan, 'size') < 4 ? 'its table always has 65,537 places here' : undefined
		);
	if (name === 'random') return by('RANDOM', undefined);
	switch (familyOf(name)) {
		case 'turns':
			return by('ROUND_ROBIN', 'round_robin_lb_config', 'the same turns, but it begins anywhere');
		case 'lot':
			return by('RANDOM', undefined, 'weights do not count');
		case 'least of some':
			return by('LEAST_REQUEST', 'least_request_lb_config', 'one host may be drawn twice');
		case 'least':
			return by('LEAST_REQUEST', 'least_request_lb_config', 'it asks two hosts drawn by lot, not all');
		case 'latency':
			return by(
				'LEAST_REQUEST',
				'least_request_lb_config',
				'Envoy does not choose by latency, and counts requests in flight instead'
			);
		case 'first':
			return by(
				'ROUND_ROBIN',
				'round_robin_lb_config',
				'Envoy never fills one host before the next: only priorities do'
			);
		case 'key':
		case 'ring':
			return by('RING_HASH', 'ring_hash_lb_config', key);
	}
}
