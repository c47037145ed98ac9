import type { KeyRule } from '#balancer/key.ts';
import type { StrategyChoice } from '#record/choice.ts';
import type { ClusterPlan } from '../cluster.ts';
import { familyOf, type Spoken } from '../families.ts';
import { keyWords, knob } from '../words.ts';

export interface Method extends Spoken {
	/** The directive, '' for NGINX's own round robin. */
	readonly directive: string;
	/** Its module takes no `backup` servers. */
	readonly alone: boolean;
}

/** How NGINX 1.22 says the plan's strategy, or the nearest to it. */
export function methodOf(plan: ClusterPlan): Method {
	const own = ownDirective(plan, plan.strategy);
	const near = own === undefined ? nearest(plan) : undefined;
	const directive = own ?? near?.directive ?? '';
	const spoken = {
		directive,
		says: directive === '' ? 'weighted round robin, NGINX’s own' : directive,
		alone: /^(hash|ip_hash|random)/.test(directive)
	};
	if (near === undefined) return { ...spoken, exact: true };
	return near.differs === undefined
		? { ...spoken, exact: true }
		: { ...spoken, exact: false, differs: near.differs };
}

function ownDirective(plan: ClusterPlan, { name }: StrategyChoice): string | undefined {
	switch (name) {
		case 'smooth-weighted-round-robin':
			return '';
		case 'weighted-least-connections':
			return 'least_conn';
		case 'ip-hash':
			// It looks at the address, whatever the plan's key is.
			return plan.key.by === 'address' ? 'ip_hash' : undefined;
		case 'nginx-hash':
			return `hash ${variableOf(plan.key)}`;
		case 'nginx-hash-consistent':
			return `hash ${variableOf(plan.key)} consistent`;
		case 'nginx-random':
			return knob(plan, 'choices') < 2 ? 'random' : 'random two least_conn';
		default:
			return undefined;
	}
}

/** NGINX's own method for a strategy that it does not have; without `differs` the picks are the same. */
function nearest(plan: ClusterPlan): { readonly directive: string; readonly differs?: string } {
	const { name } = plan.strategy;
	switch (familyOf(name)) {
		case 'turns':
			// With equal weights the two take the same turns.
			return name === 'round-robin'
				? { directive: '' }
				: { directive: '', differs: 'the same shares, in another order' };
		case 'lot':
			return { directive: 'random', differs: 'by lots too, of the weights’ odds' };
		case 'least of some':
			return {
				directive: 'random two least_conn',
				differs:
					knob(plan, 'choices') > 2
						? 'NGINX draws two and no more'
						: 'the two that are drawn are always different, and weights count'
			};
		case 'least':
			return { directive: 'least_conn', differs: 'it decides otherwise who goes first among equals' };
		case 'latency':
			return {
				directive: 'least_conn',
				differs: 'NGINX OSS before 1.31 does not choose by latency, and counts requests in flight instead'
			};
		case 'first':
			return { directive: '', differs: 'NGINX never fills one server before the next, and takes turns' };
		case 'key':
			return {
				directive: `hash ${variableOf(plan.key)}`,
				differs: `${keyWords(plan.key)} decides here too, but by other numbers, so a client has another server`
			};
		case 'ring':
			return {
				directive: `hash ${variableOf(plan.key)} consistent`,
				differs: `${keyWords(plan.key)} decides here too, but on a ring with other points, so a client has another server${name === 'bounded-loads' ? ', and none is passed over for being too full' : ''}`
			};
	}
}

function variableOf(key: KeyRule): string {
	switch (key.by) {
		case 'address':
			return '$remote_addr';
		case 'uri':
			return key.whole === true ? '$request_uri' : '$uri';
		case 'parameter':
			return `$arg_${key.name}`;
		case 'header':
			return `$http_${key.name.toLowerCase().replaceAll('-', '_')}`;
	}
}

/** What a method's directive means; undefined for one that is not on our shelf. */
export function strategyFrom([method = '', ...args]: readonly string[]):
	{ readonly strategy: StrategyChoice; readonly key: KeyRule } | undefined {
	const said = (name: StrategyChoice['name'], knobs: Record<string, number> = {}, key?: KeyRule) => ({
		strategy: { name, knobs },
		key: key ?? ({ by: 'address' } as const)
	});
	if (method === '') return said('smooth-weighted-round-robin');
	if (method === 'least_conn') return said('weighted-least-connections');
	if (method === 'ip_hash') return said('ip-hash');
	if (method === 'random') return said('nginx-random', { choices: args[0] === 'two' ? 2 : 1 });
	const key = method === 'hash' ? keyFrom(args[0] ?? '') : undefined;
	if (key === undefined) return undefined;
	return said(args[1] === 'consistent' ? 'nginx-hash-consistent' : 'nginx-hash', {}, key);
}

function keyFrom(variable: string): KeyRule | undefined {
	if (/^\$(binary_)?remote_addr$/.test(variable)) return { by: 'address' };
	if (variable === '$request_uri') return { by: 'uri', whole: true };
	if (variable === '$uri') return { by: 'uri' };
	const [, kind, name = ''] = /^\$(arg|http)_(\w+)$/.exec(variable) ?? [];
	if (kind === 'arg') return { by: 'parameter', name };
	return kind === 'http' ? { by: 'header', name: name.replaceAll('_', '-') } : undefined;
}
