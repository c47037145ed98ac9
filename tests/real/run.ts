import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { playGolden } from '#record/golden.ts';
import type { Program } from './balancer.ts';
import { fixturesOf, rerecord } from './fixtures.ts';
import { generate } from './generate.ts';
import type { Recording, Script } from './script.ts';
import { shrink } from './shrink.ts';
import { recordAnywhere, sameRecording } from './steady.ts';

/** Where recordings that differ are kept, from the project's folder. */
const folder = 'dist/differences';

/** What one product's run found. */
export interface Finding {
	readonly compared: number;
	readonly picks: number;
	/** Seeds by the reason for which they could not be compared. */
	readonly unsupported: ReadonlyMap<string, readonly number[]>;
	readonly differing: readonly number[];
	/** Seeds with which the real program does not do the same twice. */
	readonly unsteady: readonly number[];
	/** Golden files that the recorder did not make again. */
	readonly misrecorded: number;
}

/** Check the recorder itself, then play so many seeds from the first; each difference is told as it is found. */
export async function run(program: Program, first: number, count: number): Promise<Finding> {
	const misrecorded = await checkRecorder(program);
	const unsupported = new Map<string, number[]>();
	const differing: number[] = [];
	const unsteady: number[] = [];
	let compared = 0;
	let picks = 0;
	for (let seed = first; seed < first + count; seed++) {
		const script = generate(program.product, seed);
		const recording = await recordAnywhere(script, program);
		const verdict = judge(recording);
		if (verdict.kind === 'unsupported') {
			unsupported.set(verdict.why, [...(unsupported.get(verdict.why) ?? []), seed]);
			continue;
		}
		compared++;
		picks += recording.picks.length;
		if (verdict.kind === 'same') continue;
		if (!sameRecording(recording, await recordAnywhere(script, program))) {
			unsteady.push(seed);
			save(recording);
			console.log(`  seed ${String(seed)}: ${program.source} does not do the same twice.`);
			continue;
		}
		differing.push(seed);
		console.log(`  seed ${String(seed)}: ${verdict.why}`);
		// A handful is enough to see what is wrong; shrinking takes its time.
		if (differing.length <= 5) await explain(recording, script, program);
		else save(recording);
	}
	return { compared, picks, unsupported, differing, unsteady, misrecorded };
}

/** How many golden files came out otherwise than they are. */
async function checkRecorder(program: Program): Promise<number> {
	const names = fixturesOf(program.product);
	let wrong = 0;
	for (const name of names) {
		const difference = await rerecord(name, program);
		if (difference === undefined) continue;
		wrong++;
		console.log(`  ${difference}`);
	}
	if (names.length === 0)
		throw new Error(`No golden file of ${program.product} is there to check the recorder by.`);
	console.log(
		`  ${String(names.length - wrong)} of ${String(names.length)} golden files recorded again alike`
	);
	return wrong;
}

type Verdict = { readonly kind: 'same' } | { readonly kind: 'unsupported' | 'differs'; readonly why: string };

function judge(recording: Recording): Verdict {
	const comparison = playGolden(recording, recording.id);
	if ('unsupported' in comparison) return { kind: 'unsupported', why: comparison.unsupported };
	const { same, total, difference } = comparison;
	if (difference === undefined && same === total) return { kind: 'same' };
	return { kind: 'differs', why: difference ?? `only ${String(same)} of ${String(total)} are the same` };
}

/** Look for a smaller script that differs as well, and keep the recordings of both. */
async function explain(recording: Recording, script: Script, program: Program): Promise<void> {
	const differs = async (smaller: Script): Promise<boolean> =>
		judge(await recordAnywhere(smaller, program)).kind === 'differs';
	const small = await shrink(script, differs);
	const again = await recordAnywhere({ ...small, id: `${script.id}-small` }, program);
	const verdict = judge(again);
	console.log(`    kept as ${save(recording)}, shrunk to ${save(again)}:`);
	console.log(again.config.replace(/^/gm, '      ').trimEnd());
	for (const step of again.steps) console.log(`      ${JSON.stringify(step)}`);
	console.log(`      picks ${again.picks.map((pick) => pick ?? '-').join(' ')}`);
	if (verdict.kind === 'differs') console.log(`      ${verdict.why}`);
}

function save(recording: Recording): string {
	mkdirSync(folder, { recursive: true });
	const path = join(folder, `${recording.id}.json`);
	writeFileSync(path, `${JSON.stringify(recording, undefined, '\t')}\n`);
	return path;
}
