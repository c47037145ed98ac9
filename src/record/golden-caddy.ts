import type { StrategyName } from '#balancer/strategies/index.ts';
import type { Golden, GoldenReading } from './golden-file.ts';

/** Find the strategy for a recording of Caddy 2.6, or say in one sentence why there is none. */
export function readCaddy({ strategy }: Golden): GoldenReading {
	const name = names[strategy];
	if (name !== undefined) return { strategy: name, knobs: {}, keyOf: (input) => input ?? '' };
	return { unsupported: whyNot[strategy] ?? `No strategy here claims to pick as Caddy’s ${strategy} does.` };
}

/** Where Caddy has the very rule of another; what it draws by lot is compared by its shares. */
const names: Readonly<Partial<Record<string, StrategyName>>> = {
	first: 'haproxy-first',
	random: 'random',
	least_conn: 'least-connections'
};

const hashes =
	'Caddy’s hash gives each key to the highest of its own FNV numbers; the rendezvous here has others.';

const whyNot: Readonly<Partial<Record<string, string>>> = {
	round_robin:
		'Caddy counts before it picks, so its first turn is the second server’s; ours begin with the first.',
	ip_hash: hashes,
	uri_hash: hashes,
	header: hashes
};
