import type { KeyRule } from '#balancer/key.ts';
import type { StrategyChoice } from '#record/choice.ts';
import type { ClusterPlan } from '../cluster.ts';
import { familyOf, type Spoken } from '../families.ts';
import { keyWords, knob } from '../words.ts';

/** How Caddy 2.6 says the plan's strategy, or the nearest to it. */
export function policyOf(plan: ClusterPlan): Spoken {
	const { name } = plan.strategy;
	const exact = (says: string): Spoken => ({ says, exact: true });
	const near = (says: string, differs: string): Spoken => ({ says, exact: false, differs });
	const hash = hashOf(plan.key);
	switch (name) {
		case 'random':
			return exact('random');
		case 'haproxy-first':
			return exact('first');
		case 'least-connections':
			return exact('least_conn');
		case 'caddy-hash':
			return hash.missing === undefined ? exact(hash.says) : near(hash.says, hash.missing);
		case 'round-robin':
			return near('round_robin', 'the same turns, but the first request goes to the second server');
		default:
	}
	switch (familyOf(name)) {
		case 'turns':
			return near('round_robin', 'plain turns: Caddy knows weights from 2.7 on (weighted_round_robin)');
		case 'lot':
			return near('random', 'every server has the same odds');
		case 'least of some':
			return near(
				`random_choose ${String(Math.max(2, knob(plan, 'choices')))}`,
				'until 2.8 the draw is biased, and a busier one may win'
			);
		case 'least':
			return near('least_conn', 'without weights, and a lot decides among equals');
		case 'latency':
			return near('least_conn', 'Caddy does not choose by latency, and counts requests in flight instead');
		case 'first':
			return exact('first');
		case 'key':
		case 'ring':
			return near(
				hash.says,
				hash.missing ??
					`${keyWords(plan.key)} decides here too, but by other numbers and without weights, so a client has another server`
			);
	}
}

function hashOf(key: KeyRule): { readonly says: string; readonly missing?: string } {
	switch (key.by) {
		case 'address':
			return { says: 'ip_hash' };
		case 'header':
			return { says: `header ${key.name}` };
		case 'uri':
			return key.whole === true || (key.length ?? key.depth) === undefined
				? { says: 'uri_hash' }
				: { says: 'uri_hash', missing: 'Caddy hashes the whole of the request’s target' };
		case 'parameter':
			return { says: 'uri_hash', missing: 'Caddy hashes single parameters from 2.7 on ("query")' };
	}
}

/** What an `lb_policy` means; undefined for one that is not on our shelf. */
export function strategyFrom([policy = 'random', argument = '']: readonly string[]):
	{ readonly strategy: StrategyChoice; readonly key?: KeyRule } | undefined {
	const said = (name: StrategyChoice['name'], knobs: Record<string, number> = {}, key?: KeyRule) => ({
		strategy: { name, knobs },
		...(key !== undefined && { key })
	});
	switch (policy) {
		case 'random':
			return said('random');
		case 'first':
			return said('haproxy-first');
		case 'least_conn':
			return said('least-connections');
		case 'round_robin':
			return said('round-robin');
		case 'random_choose':
			return said('two-choices', { choices: Math.min(5, Math.max(2, Number(argument) || 2)) });
		case 'ip_hash':
			return said('caddy-hash', {}, { by: 'address' });
		case 'uri_hash':
			return said('caddy-hash', {}, { by: 'uri', whole: true });
		case 'header':
			return /^[\w-]+$/.test(argument) ? said('caddy-hash', {}, { by: 'header', name: argument }) : undefined;
		default:
			return undefined;
	}
}
