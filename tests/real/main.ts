import { parseArgs } from 'node:util';
import { provideBalancer } from '../../src/setup/balancers.js';
import type { ExportProduct } from './exports/programs.ts';
import { tryExports } from './exports/run.ts';
import { compileGo, provideGo } from './go.ts';
import { run, type Finding } from './run.ts';
import { products } from './script.ts';
import { tryWorkshop } from './workshops.ts';

/** Those that we write files for; random scripts are played against the first two. */
const exportProducts: readonly ExportProduct[] = ['haproxy', 'nginx', 'caddy', 'go'];

/**
 * `npm run test:real -- --count 20 --seed 1 --product nginx`: seeds 1 to 20 of NGINX, and what we export for it. All of it
 * by default: 500 seeds of each product that picks by strategies of ours, the exports of all, the workshops, and the Go of
 * the lessons. `--short` is for a machine that may not have the programs: 20 seeds, and a product that cannot be had is
 * skipped in one sentence; else that is a failure, because whoever asks for this test wants to know.
 */
const usage = `Use: npm run test:real -- [--count <scripts>] [--seed <first>] [--product ${exportProducts.join('|')}] [--short]`;

// A test that is interrupted stops what it has started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
process.exitCode = await main();

async function main(): Promise<number> {
	const asked = options();
	if (asked === undefined) {
		console.error(usage);
		return 2;
	}
	let failed = false;
	for (const product of asked.products) {
		const found = provideBalancer(product);
		if ('why' in found) {
			console.log(`${asked.short ? 'skipped' : 'not tested'}: ${found.why}`);
			failed ||= !asked.short;
			continue;
		}
		console.log(`${found.source} (${found.file})`);
		const played = products.find((name) => name === product);
		if (played !== undefined && asked.count > 0) {
			const began = performance.now();
			const finding = await run({ product: played, ...found }, asked.seed, asked.count);
			failed = !report(finding, (performance.now() - began) / 1000) || failed;
		}
		const workshops =
			product === 'haproxy' || product === 'go' ? await tryWorkshop(product, found.file, asked.short) : [];
		for (const sentence of [...(await tryExports(product, found.file, asked.short)), ...workshops]) {
			console.log(`  wrong: ${sentence}`);
			failed = true;
		}
	}
	if (asked.products.includes('go')) failed = !lessonsInGo(asked.short) || failed;
	return failed ? 1 : 0;
}

/** True when the Go of every lesson compiles, or may be left out. */
function lessonsInGo(short: boolean): boolean {
	const go = provideGo();
	if ('why' in go) {
		console.log(`${short ? 'skipped' : 'not tested'}: ${go.why}`);
		return short;
	}
	const { compiled, missing, wrong, lacking } = compileGo(process.cwd(), go);
	console.log(
		`Go ${go.join('.')}\n  ${String(compiled - wrong.length)} of ${String(compiled)} lessons compile`
	);
	if (lacking.length > 0)
		console.log(`  it lacks ${lacking.join(' and ')}: their declarations stand in for them`);
	for (const what of wrong) console.log(`  ${what}`);
	for (const number of missing) {
		console.log(
			`  not compiled: lesson ${number}: write tests/real/go/${number}.go, what stands around its Go`
		);
	}
	return compiled > 0 && wrong.length === 0 && (short || missing.length === 0);
}

function options():
	{ products: readonly ExportProduct[]; seed: number; count: number; short: boolean } | undefined {
	try {
		const { values } = parseArgs({
			options: {
				count: { type: 'string' },
				seed: { type: 'string', default: '1' },
				product: { type: 'string' },
				short: { type: 'boolean', default: false }
			}
		});
		const count = Number(values.count ?? (values.short ? 20 : 500));
		const seed = Number(values.seed);
		const chosen = exportProducts.filter((name) => values.product === undefined || values.product === name);
		if (chosen.length === 0 || !Number.isInteger(count) || count < 0 || !Number.isInteger(seed))
			return undefined;
		return { products: chosen, seed, count, short: values.short };
	} catch {
		return undefined;
	}
}

/** Print what was found; true when nothing is wrong. */
function report(finding: Finding, seconds: number): boolean {
	const { compared, picks, unsupported, differing, unsteady, misrecorded } = finding;
	const same = compared - differing.length - unsteady.length;
	console.log(
		`  ${String(same)} of ${String(compared)} scripts the same in full, ${String(picks)} picks (${seconds.toFixed(1)} s)`
	);
	for (const [why, seeds] of unsupported) {
		console.log(`  not compared, ${String(seeds.length)} (seed ${seeds.slice(0, 5).join(', ')} …): ${why}`);
	}
	if (differing.length > 0) console.log(`  differing seeds: ${differing.join(', ')}`);
	if (unsteady.length > 0) console.log(`  unsteady seeds: ${unsteady.join(', ')}`);
	// Once in a hundred a machine under load may come in between; more often, the test is not to be trusted.
	const steady = unsteady.length <= Math.ceil(compared / 100);
	const all = compared > 0 && unsupported.size === 0;
	return all && differing.length === 0 && misrecorded === 0 && steady;
}
