import type { StrategyName } from '#balancer/strategies/index.ts';
import type { Golden, GoldenReading } from './golden-file.ts';

/** Find the strategy for a recording of Caddy 2.6, or say in one sentence why there is none. */
export function readCaddy({ strategy }: Golden): GoldenReading {
	const name = names[strategy];
	const keyOf = (input: string | null): string => input ?? '';
	if (name !== undefined) return { strategy: name, knobs: {}, keyOf };
	// Caddy counts before it picks, so its first turn is the second server's.
	if (strategy === 'round_robin') return { strategy: 'round-robin', knobs: {}, keyOf, turnsBefore: 1 };
	return { unsupported: `No strategy here claims to pick as Caddy’s ${strategy} does.` };
}

/** Where Caddy has the very rule of another; what it draws by lot is compared by its shares. */
const names: Readonly<Partial<Record<string, StrategyName>>> = {
	first: 'haproxy-first',
	random: 'random',
	least_conn: 'least-connections',
	ip_hash: 'caddy-hash',
	uri_hash: 'caddy-hash',
	header: 'caddy-hash'
};
