import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StrategyName } from '#balancer/strategies/index.ts';
import { readLessons } from '#cli/lesson.ts';
import { clusterOf } from '#dialects/cluster.ts';
import { dialects } from '#dialects/index.ts';
import { presets } from '#simulator/presets.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { Farm } from '../farm.ts';
import { crowd, outage, race } from './failures.ts';
import { ask, localPlan, ourPicks, theirPicks } from './picks.ts';
import { takePorts } from './ports.ts';
import { place, runners, type ExportProduct } from './programs.ts';

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
	caddy: { exact: ['haproxy-first', 'caddy-hash'], odds: ['random', 'least-connections'] },
	go: {
		exact: ['round-robin', 'smooth-weighted-round-robin', 'haproxy-first', 'caddy-hash'],
		odds: ['random', 'weighted-random', 'least-connections', 'two-choices']
	}
};

/** All that is wrong with what we write for this product: a sentence each. */
export async function tryExports(product: ExportProduct, program: string): Promise<readonly string[]> {
	const folder = mkdtempSync(join(tmpdir(), 'golangia-exports-'));
	const wrong: string[] = [];
	try {
		const checked = checkAll(product, program, folder, wrong);
		console.log(`  ${String(checked)} exported scenarios accepted by the program itself`);
		const { exact, odds } = spoken[product];
		const picked = await inTurn(exact, (name) => comparePicks(product, program, folder, name));
		const drawn = await inTurn(odds, (name) => compareOdds(product, program, folder, name));
		console.log(
			`  ${String(exact.length - picked.length)} of ${String(exact.length)} strategies pick as ours do, ${String(odds.length - drawn.length)} of ${String(odds.length)} by the same odds`
		);
		wrong.push(...picked, ...drawn);
		if (product === 'haproxy')
			wrong.push(...(await outage(program, folder)), ...(await crowd(program, folder)));
		if (product === 'go') wrong.push(...(await race(program, folder)));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	return wrong;
}

/** One sentence for each strategy that differs. */
async function inTurn(
	names: readonly StrategyName[],
	compare: (name: StrategyName) => Promise<readonly string[]>
): Promise<readonly string[]> {
	const wrong: string[] = [];
	for (const name of names) {
		const said = await compare(name);
		if (said.length > 0) wrong.push(said.join('; '));
	}
	return wrong;
}

function checkAll(product: ExportProduct, program: string, folder: string, wrong: string[]): number {
	const all: readonly (readonly [string, Scenario])[] = [
		...presets.map(({ id, scenario }) => [`preset ${id}`, scenario] as const),
		...readLessons(process.cwd()).map(({ name, lesson }) => [name, lesson.start.scenario] as const)
	];
	for (const [name, scenario] of all) {
		const own = join(folder, 'check');
		place(dialects[product].write(clusterOf(scenario)), own);
		const complaint = runners[product].check(program, own);
		if (complaint !== '') wrong.push(`${name}: ${complaint}`);
	}
	return all.length;
}

/** Where the clients come from: this machine has all of 127.0.0.0/8. */
const clients = Array.from(
	{ length: 60 },
	(_, n) => `127.${String((n * 7) % 13)}.${String(n % 5)}.${String(1 + (n % 11))}`
);

async function comparePicks(
	product: ExportProduct,
	program: string,
	folder: string,
	name: StrategyName
): Promise<readonly string[]> {
	// Plain turns look at no weights; ours are then all alike for the program, too.
	const plan = localPlan(name, name === 'haproxy-source-consistent' ? [30, 20, 10] : [3, 2, 1], takePorts());
	const theirs = await playing(product, program, folder, plan, (farm, port) =>
		theirPicks(farm, port, clients)
	);
	if (typeof theirs === 'string') return [`${name}: ${theirs}`];
	const ours = ourPicks(plan, clients);
	const at = ours.findIndex((id, index) => id !== theirs[index]);
	if (at < 0) return [];
	return [
		`${name}: request ${String(at)} went to ${theirs[at] ?? 'nobody'}, and ours goes to ${ours[at] ?? 'nobody'}`
	];
}

async function compareOdds(
	product: ExportProduct,
	program: string,
	folder: string,
	name: StrategyName
): Promise<readonly string[]> {
	const weights = name.includes('weighted') || name === 'nginx-random' ? [3, 2, 1] : [1, 1, 1];
	const plan = localPlan(name, weights, takePorts());
	const count = 600;
	const counts = await playing(product, program, folder, plan, async (_farm, port) => {
		const found = new Map<string, number>();
		for (let i = 0; i < count; i++) {
			const { server } = await ask(port, '127.0.0.1');
			found.set(server, (found.get(server) ?? 0) + 1);
		}
		return found;
	});
	if (typeof counts === 'string') return [`${name}: ${counts}`];
	// An idle cluster is no test of nginx-random's second draw: who is drawn second wins a tie, at odds of its own.
	const shares =
		name === 'nginx-random' ? undefined : weights.map((weight) => weight / weights.reduce((a, b) => a + b));
	return plan.servers.flatMap(({ id }, index) => {
		const got = counts.get(id) ?? 0;
		const share = shares?.[index];
		if (share === undefined) return got === 0 ? [`${name}: ${id} got nothing`] : [];
		// HAProxy's ring is not quite even.
		const slack = 5 * Math.sqrt(count * share * (1 - share)) + (product === 'haproxy' ? 0.05 * count : 0);
		if (Math.abs(got - share * count) <= slack) return [];
		return [
			`${name}: ${id} got ${String(got)} of ${String(count)}, where ${String(Math.round(share * count))} are expected`
		];
	});
}

async function playing<T>(
	product: ExportProduct,
	program: string,
	folder: string,
	plan: ReturnType<typeof localPlan>,
	play: (farm: Farm, port: number) => Promise<T>
): Promise<T | string> {
	const own = join(folder, plan.title);
	place(dialects[product].write(plan), own);
	const port = Number(plan.frontend.split(':').at(-1));
	const farm = new Farm(plan.servers.map(({ id, address }) => ({ name: id, address, weight: 1 })));
	await farm.open();
	try {
		const running = await runners[product].start(program, own, port);
		try {
			return await play(farm, port);
		} finally {
			await running.stop();
		}
	} catch (error) {
		return String(error);
	} finally {
		farm.close();
	}
}
