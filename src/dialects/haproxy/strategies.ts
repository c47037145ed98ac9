import type { KeyRule } from '#balancer/key.ts';
import { hashFunctionNames } from '#balancer/structures/haproxy-hash.ts';
import type { StrategyChoice } from '#record/choice.ts';
import type { ClusterPlan } from '../cluster.ts';
import { familyOf, type Spoken } from '../families.ts';
import { keyWords, knob } from '../words.ts';

/** The header that carries the client's address where HAProxy is to hash it as text. */
export const addressHeader = 'X-Client-Address';

export interface Balance extends Spoken {
	readonly lines: readonly string[];
	/** On its ring a server has 16 points for each unit of weight: a weight of 1 is too few for an even spread. */
	readonly ring: boolean;
}

/** How HAProxy 2.6 says the plan's strategy, or the nearest to it. */
export function balanceOf(plan: ClusterPlan): Balance {
	const own = ownBalance(plan, plan.strategy);
	if (own !== undefined) return { ...own, exact: true };
	const near = nearest(plan);
	const said = ownBalance(plan, near.strategy);
	if (said === undefined) throw new Error(`HAProxy has no ${near.strategy.name}.`);
	return { ...said, exact: near.differs === undefined, differs: near.differs ?? said.differs ?? '' };
}

/** Strategies that carry HAProxy's name; undefined for others. */
function ownBalance(plan: ClusterPlan, strategy: StrategyChoice): Omit<Balance, 'exact'> | undefined {
	const byAddress = plan.key.by === 'address';
	const knobOf = (name: string): number => knob({ ...plan, strategy }, name);
	const simple = (says: string, ring = false): Omit<Balance, 'exact'> => ({
		says: `balance ${says}`,
		lines: [`balance ${says}`],
		ring
	});
	const hashed = (says: readonly string[], method: string, ring: boolean): Omit<Balance, 'exact'> => {
		const name = hashFunctionNames[knobOf('function')] ?? 'sdbm';
		const stirred = knobOf('avalanche') > 0 ? ' avalanche' : '';
		const factor = ring ? knobOf('balance') : 0;
		const bound = factor > 100 ? [`hash-balance-factor ${String(factor)}`] : [];
		const type = `hash-type ${method} ${name}${stirred}`;
		return { says: `${says.at(-1) ?? ''}, ${type}`, lines: [...says, type, ...bound], ring };
	};
	switch (strategy.name) {
		case 'haproxy-round-robin':
			return simple('roundrobin');
		case 'haproxy-static-round-robin':
			return simple('static-rr');
		case 'haproxy-least-connections':
			return simple('leastconn');
		case 'haproxy-first':
			return simple('first');
		case 'haproxy-random':
			return {
				...simple(`random(${String(knobOf('draws'))})`, true),
				differs: 'The lots fall otherwise from HAProxy 3.0 on, which draws its seed; the odds are the same.'
			};
		// It looks at the address, whatever the plan's key is.
		case 'haproxy-source':
			return byAddress ? hashed(['balance source'], 'map-based', false) : undefined;
		case 'haproxy-source-consistent':
			return byAddress ? hashed(['balance source'], 'consistent', true) : undefined;
		case 'haproxy-hash':
			return hashed(keyLines(plan.key), 'map-based', false);
		case 'haproxy-hash-consistent':
			return hashed(keyLines(plan.key), 'consistent', true);
		default:
			return undefined;
	}
}

/** `balance …`, after what prepares it. */
function keyLines(key: KeyRule): readonly string[] {
	switch (key.by) {
		case 'address':
			return [`http-request set-header ${addressHeader} %[src]`, `balance hdr(${addressHeader})`];
		case 'header':
			return [`balance hdr(${key.name})`];
		case 'parameter':
			return [`balance url_param ${key.name}`];
		case 'uri': {
			const cuts = [
				...(key.whole === true ? ['whole'] : []),
				...(key.length === undefined ? [] : ['len', String(key.length)]),
				...(key.depth === undefined ? [] : ['depth', String(key.depth)])
			];
			return [['balance uri', ...cuts].join(' ')];
		}
	}
}

/** HAProxy's own strategy for one that it does not have. */
function nearest(plan: ClusterPlan): { readonly strategy: StrategyChoice; readonly differs?: string } {
	const byAddress = plan.key.by === 'address';
	const choice = (name: StrategyChoice['name'], knobs: Record<string, number> = {}): StrategyChoice => ({
		name,
		knobs
	});
	const { name } = plan.strategy;
	switch (familyOf(name)) {
		case 'turns':
			// Turn by turn the two are the same as long as nobody leaves, which is when a plan is compared.
			if (name === 'round-robin') return { strategy: choice('haproxy-round-robin') };
			return {
				strategy: choice('haproxy-round-robin'),
				differs: 'the same shares, in another order'
			};
		case 'lot':
			return {
				strategy: choice('haproxy-random', { draws: 1 }),
				differs: 'by lots too, but on a ring of points, whose arcs are not all equally long'
			};
		case 'least of some':
			return {
				strategy: choice('haproxy-random', { draws: knob(plan, 'choices') }),
				differs: 'lots are drawn on a ring of points, and one server may be drawn twice'
			};
		case 'least':
			return {
				strategy: choice('haproxy-least-connections'),
				differs: 'it decides otherwise who goes first among equals'
			};
		case 'latency':
			return {
				strategy: choice('haproxy-least-connections'),
				differs: 'HAProxy does not choose by latency, and counts requests in flight instead'
			};
		case 'first':
			return { strategy: choice('haproxy-first') };
		case 'key':
			return {
				strategy: choice(byAddress ? 'haproxy-source' : 'haproxy-hash'),
				differs: `${keyWords(plan.key)} decides here too, but by other numbers, so a client has another server`
			};
		case 'ring':
			return {
				strategy: choice(byAddress ? 'haproxy-source-consistent' : 'haproxy-hash-consistent', {
					balance: name === 'bounded-loads' ? knob(plan, 'bound') : 0
				}),
				differs: `${keyWords(plan.key)} decides here too, but on a ring with other points, so a client has another server`
			};
	}
}

/** What a `balance` line and its `hash-type` mean; undefined for an algorithm that is not on our shelf. */
export function strategyFrom(
	balance: readonly string[],
	hashType: readonly string[],
	factor: number
): { readonly strategy: StrategyChoice; readonly key?: KeyRule } | undefined {
	const [word = 'roundrobin', ...rest] = balance;
	const [, algorithm = word, argument = ''] = /^([\w-]+)(?:\((.*)\))?$/.exec(word) ?? [];
	const plain = plainNames[algorithm];
	if (plain !== undefined) return { strategy: { name: plain, knobs: {} } };
	if (algorithm === 'random') {
		const draws = Math.min(8, Math.max(1, Number(argument === '' ? 2 : argument) || 2));
		return { strategy: { name: 'haproxy-random', knobs: { draws } } };
	}
	const key = keyFrom(algorithm, argument, rest);
	if (key === undefined) return undefined;
	const [method = 'map-based', named, modifier] = hashType;
	const consistent = method === 'consistent';
	// As soon as a function is named, there is no avalanche unless that is named as well.
	const avalanche = named === undefined ? Number(consistent) : Number(modifier === 'avalanche');
	const number = Math.max(
		0,
		hashFunctionNames.findIndex((name) => name === named)
	);
	const balanced = consistent ? { balance: factor } : {};
	if (algorithm === 'source') {
		const name = consistent ? 'haproxy-source-consistent' : 'haproxy-source';
		return { strategy: { name, knobs: { avalanche, ...balanced } }, key };
	}
	const name = consistent ? 'haproxy-hash-consistent' : 'haproxy-hash';
	return { strategy: { name, knobs: { function: number, avalanche, ...balanced } }, key };
}

const plainNames: Readonly<Record<string, StrategyChoice['name']>> = {
	roundrobin: 'haproxy-round-robin',
	'static-rr': 'haproxy-static-round-robin',
	leastconn: 'haproxy-least-connections',
	first: 'haproxy-first'
};

function keyFrom(algorithm: string, argument: string, rest: readonly string[]): KeyRule | undefined {
	switch (algorithm) {
		case 'source':
			return { by: 'address' };
		case 'hdr':
			return argument === addressHeader ? { by: 'address' } : { by: 'header', name: argument };
		case 'url_param':
			return { by: 'parameter', name: rest[0] ?? '' };
		case 'uri': {
			const number = (word: string): number | undefined => {
				const at = rest.indexOf(word);
				return at < 0 ? undefined : Number(rest[at + 1]);
			};
			const length = number('len');
			const depth = number('depth');
			return {
				by: 'uri',
				...(rest.includes('whole') && { whole: true }),
				...(length !== undefined && { length }),
				...(depth !== undefined && { depth })
			};
		}
		default:
			return undefined;
	}
}
