import type { StrategyName } from '#balancer/strategies/index.ts';
import type { Golden, GoldenReading } from './golden-file.ts';

/** Find the strategy for a recording of NGINX 1.22, or say in one sentence why there is none. */
export function readNginx({ strategy, options }: Golden): GoldenReading {
	const keyOf = (input: string | null): string => input ?? '';
	const plain = names[strategy];
	if (plain !== undefined) return { strategy: plain, knobs: {}, keyOf };
	if (strategy === 'hash')
		return {
			strategy: options.consistent === true ? 'nginx-hash-consistent' : 'nginx-hash',
			knobs: {},
			keyOf
		};
	const choices = draws[strategy];
	if (choices !== undefined) return { strategy: 'nginx-random', knobs: { choices }, keyOf };
	return { unsupported: `No strategy here claims to pick as NGINX’s ${strategy} does.` };
}

const names: Readonly<Partial<Record<string, StrategyName>>> = {
	swrr: 'smooth-weighted-round-robin',
	ip_hash: 'ip-hash',
	least_conn: 'weighted-least-connections'
};

const draws: Readonly<Partial<Record<string, number>>> = { random: 1, random_two_least_conn: 2 };
