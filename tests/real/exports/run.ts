import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StrategyName } from '#balancer/strategies/index.ts';
import type { ClusterPlan } from '#dialects/cluster.ts';
import { dialects } from '#dialects/index.ts';
import { Farm } from '../farm.ts';
import { goFailures } from './failures-go.ts';
import { haproxyFailures } from './failures-haproxy.ts';
import { localPlan, ourPicks, theirPicks } from './picks.ts';
import { takePorts } from './ports.ts';
import { place, runners, type ExportProduct } from './programs.ts';
import { exportedScenarios, type Exported } from './scenarios.ts';

/** Strategies that the product has word for word, and those of which only the odds are known. */
const spoken: Readonly<
	Record<ExportProduct, { readonly exact: readonly StrategyName[]; readonly odds: readonly StrategyName[] }>
> = {
	haproxy: {
		exact: [
			...(['round-robin', 'haproxy-round-robin', 'haproxy-static-round-robin', 'haproxy-first'] as const),
			...(['haproxy-least-connections', 'haproxy-hash', 'haproxy-hash-consistent'] as const),
			...(['haproxy-source', 'haproxy-source-consistent'] as const)
		],
		odds: ['random', 'weighted-random']
	},
	nginx: {
		exact: [
			...(['round-robin', 'smooth-weighted-round-robin', 'weighted-least-connections'] as const),
			...(['ip-hash', 'nginx-hash', 'nginx-hash-consistent'] as const)
		],
		odds: ['nginx-random', 'weighted-random']
	},
	// Its first turn is the second server's.
	caddy: { exact: ['round-robin', 'haproxy-first', 'caddy-hash'], odds: ['random', 'least-connections'] },
	go: {
		exact: ['round-robin', 'smooth-weighted-round-robin', 'haproxy-first', 'caddy-hash'],
		odds: ['random', 'weighted-random', 'least-connections', 'two-choices']
	}
};

/**
 * All that is wrong with what we write for this product: a sentence each. `short`: a few scenarios and strategies of all.
 */
export async function tryExports(
	product: ExportProduct,
	program: string,
	short: boolean
): Promise<readonly string[]> {
	const folder = mkdtempSync(join(tmpdir(), 'golangia-exports-'));
	const { exact, odds } = spoken[product];
	try {
		const all = [...exportedScenarios(), ...[...exact, ...odds].map(strategyAlone)];
		const some = short ? all.filter((_, index) => index % 6 === 0) : all;
		for (const { name, plan } of some) place(dialects[product].write(plan), join(folder, name));
		const refused = runners[product].check(
			program,
			folder,
			some.map(({ name }) => name)
		);
		console.log(`  ${String(some.length)} exports, ${String(refused.length)} refused by the program itself`);
		const wrong: string[] = [];
		const counts = { exact: 0, odds: 0, 'stand-in': 0 };
		for (const one of some) {
			const kind = kindOf(product, one.plan);
			counts[kind]++;
			wrong.push(...(await play(product, program, join(folder, one.name), one, kind)));
		}
		console.log(
			`  started and played: ${String(counts.exact)} pick for pick as ours, ${String(counts.odds)} by the same odds, ${String(counts['stand-in'])} with another strategy in its place; ${String(wrong.length)} wrong`
		);
		const failures =
			product === 'haproxy'
				? await haproxyFailures(program, folder, short)
				: product === 'go'
					? await goFailures(program, folder)
					: [];
		return [...refused, ...wrong, ...failures];
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Each strategy that the product has, with weights that it looks at. */
function strategyAlone(name: StrategyName): Exported {
	const port = takePorts(4);
	const weights = name === 'haproxy-source-consistent' ? [30, 20, 10] : [3, 2, 1];
	return { name, plan: localPlan(name, weights, port), port };
}

type Kind = 'exact' | 'odds' | 'stand-in';

function kindOf(product: ExportProduct, { strategy }: ClusterPlan): Kind {
	const { exact, odds } = spoken[product];
	if (exact.includes(strategy.name)) return 'exact';
	return odds.includes(strategy.name) ? 'odds' : 'stand-in';
}

/** Where the clients come from: this machine has all of 127.0.0.0/8. */
const clients = Array.from(
	{ length: 60 },
	(_, n) => `127.${String((n * 7) % 13)}.${String(n % 5)}.${String(1 + (n % 11))}`
);

/** Start what was written, with servers behind it, and let the clients come. */
async function play(
	product: ExportProduct,
	program: string,
	folder: string,
	{ name, plan, port }: Exported,
	kind: Kind
): Promise<readonly string[]> {
	const farm = new Farm(plan.servers.map(({ id, address }) => ({ name: id, address, weight: 1 })));
	const keys = kind === 'odds' ? Array.from({ length: 5 }, () => clients).flat() : clients;
	await farm.open();
	try {
		const running = await runners[product].start(program, folder, port);
		try {
			const theirs = await theirPicks(farm, port, plan, keys);
			return comparison(product, plan, kind, keys, theirs).map((what) => `${name}: ${what}`);
		} finally {
			await running.stop();
		}
	} catch (error) {
		return [`${name}: ${String(error)}`];
	} finally {
		farm.close();
	}
}

function comparison(
	product: ExportProduct,
	plan: ClusterPlan,
	kind: Kind,
	keys: readonly string[],
	theirs: readonly string[]
): readonly string[] {
	// All were served, or there would be no picks: no more can be asked of a strategy that stands in.
	if (kind === 'stand-in') return [];
	if (kind === 'odds') return oddsApart(product, plan, keys, theirs);
	const late = product === 'caddy' && plan.strategy.name === 'round-robin' ? 1 : 0;
	const ours = ourPicks(plan, [...keys, ...keys.slice(0, late)]).slice(late);
	const at = ours.findIndex((id, index) => id !== theirs[index]);
	if (at < 0) return [];
	return [
		`request ${String(at)} went to ${theirs[at] ?? 'nobody'}, and ours goes to ${ours[at] ?? 'nobody'}`
	];
}

/** Runs of our own cluster that say how often each server is picked, and how much that varies. */
const seeds = 60;

function oddsApart(
	product: ExportProduct,
	plan: ClusterPlan,
	keys: readonly string[],
	theirs: readonly string[]
): readonly string[] {
	const runs = Array.from({ length: seeds }, (_, seed) => ourPicks(plan, keys, seed + 1));
	return plan.servers.flatMap(({ id }) => {
		const count = (picks: readonly string[]): number => picks.filter((pick) => pick === id).length;
		const ours = runs.map(count);
		const mean = ours.reduce((sum, one) => sum + one, 0) / seeds;
		const spread = Math.sqrt(ours.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (seeds - 1));
		// HAProxy's ring is not quite even.
		const slack = 5 * Math.max(spread, 1) + (product === 'haproxy' ? 0.05 * keys.length : 0);
		const got = count(theirs);
		if (Math.abs(got - mean) <= slack) return [];
		return [
			`${id} got ${String(got)} of ${String(keys.length)}, where ${mean.toFixed(0)} ± ${slack.toFixed(0)} are expected`
		];
	});
}
