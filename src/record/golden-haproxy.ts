import { keyOf, type Keyed, type KeyRule } from '#balancer/key.ts';
import type { StrategyName } from '#balancer/strategies/index.ts';
import { firstXorshiftSeed } from '#balancer/strategies/haproxy-random.ts';
import type { Random } from '#balancer/strategy.ts';

/** What a golden recording says of its balancer; `options` holds only what differs from HAProxy's defaults. */
export interface GoldenBalancer {
	readonly strategy: string;
	readonly options: Readonly<Record<string, unknown>>;
}

/** Ours that picks as theirs. */
export interface HaproxyReading {
	readonly strategy: StrategyName;
	readonly knobs: Readonly<Record<string, number>>;
	/** To be given at birth, where the program starts from numbers of its own. */
	readonly random?: Random;
	/** The key of one input of the recording; null is a request without it. */
	keyOf(input: string | null): string;
}

/** Find the strategy for a recording of HAProxy 2.6, or say in one sentence why there is none. */
export function readHaproxy({
	strategy,
	options
}: GoldenBalancer): HaproxyReading | { readonly unsupported: string } {
	const plain = plainNames[strategy];
	if (plain !== undefined) return { strategy: plain, knobs: {}, keyOf: (input) => input ?? '' };
	if (strategy === 'random') {
		const knobs = { draws: numberOf(options.draws, 2) };
		// A fresh process begins with the same number each time.
		const random = (): number => firstXorshiftSeed / 2 ** 32;
		return { strategy: 'haproxy-random', knobs, random, keyOf: (input) => input ?? '' };
	}
	const rule = ruleOf(strategy, options);
	if (rule === undefined)
		return { unsupported: `No strategy here claims to pick as HAProxy’s ${strategy} does.` };
	const consistent = options.hashType === 'consistent';
	const name = typeof options.hashFunction === 'string' ? options.hashFunction : undefined;
	const order = hashFunctions.indexOf(name ?? 'sdbm');
	if (order < 0) return { unsupported: `HAProxy’s hash function ${String(name)} is not among ours.` };
	// Without a function written out `hash-type consistent` stirs once more; with one it does so only when told.
	const avalanche = Number(options.avalanche ?? (consistent && name === undefined));
	const source = rule.by === 'address';
	const knobs: Record<string, number> = source ? { avalanche } : { function: order, avalanche };
	if (consistent) knobs.balance = numberOf(options.hashBalanceFactor, 0);
	const mapped: StrategyName = source ? 'haproxy-source' : 'haproxy-hash';
	const ring: StrategyName = source ? 'haproxy-source-consistent' : 'haproxy-hash-consistent';
	return {
		strategy: consistent ? ring : mapped,
		knobs,
		keyOf: (input) => keyOf(requestWith(input, rule), rule)
	};
}

const plainNames: Readonly<Partial<Record<string, StrategyName>>> = {
	roundrobin: 'haproxy-round-robin',
	'static-rr': 'haproxy-static-round-robin',
	leastconn: 'haproxy-least-connections',
	first: 'haproxy-first'
};

/** In the order of the knob. */
const hashFunctions: readonly string[] = ['sdbm', 'djb2', 'crc32', 'wt6'];

function ruleOf(strategy: string, options: Readonly<Record<string, unknown>>): KeyRule | undefined {
	const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
	if (strategy === 'source') return { by: 'address' };
	if (strategy === 'hdr') return { by: 'header', name: text(options.header, 'X-Key') };
	if (strategy === 'url_param') return { by: 'parameter', name: text(options.param, 'k') };
	if (strategy !== 'uri') return undefined;
	const whole = options.whole === true || options.whole === 1;
	return { by: 'uri', whole, length: numberOf(options.len, 0), depth: numberOf(options.depth, 0) };
}

/** The request that a recording made of an input. */
function requestWith(input: string | null, rule: KeyRule): Keyed {
	const text = input ?? '';
	const query = rule.by === 'parameter' && input !== null ? `/?k=${text}` : '/';
	return {
		address: text,
		target: rule.by === 'uri' ? text : query,
		header: () => (rule.by === 'header' ? (input ?? undefined) : undefined)
	};
}

function numberOf(value: unknown, otherwise: number): number {
	return typeof value === 'number' ? value : otherwise;
}
