import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strategyNames, type StrategyName } from '#balancer/strategies/index.ts';
import { dialects } from '#dialects/index.ts';
import { Farm } from '../farm.ts';
import { alarm, evidenceAgainst } from './evidence.ts';
import { goFailures } from './failures-go.ts';
import { haproxyFailures } from './failures-haproxy.ts';
import { localPlan, ourPicks, theirPicks } from './picks.ts';
import { takePorts } from './ports.ts';
import { own, promised, type Promised } from './promise.ts';
import { place, runners, type ExportProduct } from './programs.ts';
import { exportedScenarios, type Exported } from './scenarios.ts';

/**
 * All that is wrong with what we write for this product: a sentence each. `short`: a few scenarios and strategies of all.
 */
export async function tryExports(
	product: ExportProduct,
	program: string,
	short: boolean
): Promise<readonly string[]> {
	const folder = mkdtempSync(join(tmpdir(), 'golangia-exports-'));
	try {
		// A Go program takes seconds to build: there the strategies that it has are enough.
		const alone = product === 'go' ? own.go : strategyNames;
		const all = [...exportedScenarios(), ...alone.map(strategyAlone)];
		const some = short ? all.filter((_, index) => index % 8 === 0) : all;
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
			const ours = promised(product, one.plan);
			counts[ours.standsIn ? 'stand-in' : ours.draws ? 'odds' : 'exact']++;
			wrong.push(...(await play(product, program, join(folder, one.name), one, ours)));
		}
		console.log(
			`  started and played: ${String(counts.exact)} pick for pick as ours, ${String(counts.odds)} by our odds, ${String(counts['stand-in'])} as the strategy picks that stands in; ${String(wrong.length)} wrong`
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

/** One strategy, with weights to look at. */
function strategyAlone(name: StrategyName): Exported {
	const port = takePorts(4);
	const weights = name === 'haproxy-source-consistent' ? [30, 20, 10] : [3, 2, 1];
	return { name, plan: localPlan(name, weights, port), port };
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
	ours: Promised
): Promise<readonly string[]> {
	const farm = new Farm(plan.servers.map(({ id, address }) => ({ name: id, address, weight: 1 })));
	const keys = ours.draws ? Array.from({ length: 7 }, () => clients).flat() : clients;
	await farm.open();
	try {
		const running = await runners[product].start(program, folder, port);
		try {
			const theirs = await theirPicks(farm, port, plan, keys);
			return comparison(product, ours, keys, theirs).map((what) => `${name}: ${what}`);
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
	{ plan, create, draws }: Promised,
	keys: readonly string[],
	theirs: readonly string[]
): readonly string[] {
	if (draws) {
		const { against, kind, got, expected } = evidenceAgainst(plan, create, keys, theirs);
		if (against < 1 / alarm) return [];
		return [
			`${String(got)} of ${String(keys.length)} requests went to ${kind}, where ${expected.toFixed(0)} are expected: that far apart is less than one in ${against.toPrecision(2)} that are right`
		];
	}
	const late = product === 'caddy' && plan.strategy.name === 'round-robin' ? 1 : 0;
	const ours = ourPicks(plan, create, [...keys, ...keys.slice(0, late)]).slice(late);
	const at = ours.findIndex((id, index) => id !== theirs[index]);
	if (at < 0) return [];
	return [
		`request ${String(at)} went to ${theirs[at] ?? 'nobody'}, and ours goes to ${ours[at] ?? 'nobody'}`
	];
}
