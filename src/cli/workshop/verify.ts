import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '#record/input.ts';
import { findPlace, movedBack, type Place } from './ports.ts';
import { findProgram, serve, type Running } from './program.ts';
import { TestServer } from './test-server.ts';
import { within } from './visit.ts';
import type { Prepared, Stage, Step, Words, Workshop } from './workshop.ts';

/** What became of a step: `seen` says what is wrong; `waits` when the file is not even accepted. */
export interface Verdict {
	/** From 1. */
	readonly number: number;
	readonly words: Words;
	readonly result: 'ok' | 'wrong' | 'waits';
	readonly seen?: string;
	/** Where to look, as in `main.go:16`, and what stands there. */
	readonly at?: { readonly place: string; readonly text: string };
}

/** Longer than any step takes on a busy machine. */
const limitMs = 60_000;

/**
 * Try each step on the real program with the file in this folder, which stays as it is; `hear` gets each verdict when
 * it is known. True when all steps hold.
 * @throws InputError when the program is not on this machine
 */
export async function verify(
	workshop: Workshop,
	folder: string,
	program: string,
	hear: (verdict: Verdict) => void
): Promise<boolean> {
	const place = await findPlace();
	const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'golangia-workshop-')));
	const clean = (): void => {
		rmSync(scratch, { recursive: true, force: true });
	};
	process.on('exit', clean);
	try {
		const prepared = await workshop.prepare({ program, folder: realpathSync(folder), scratch, place });
		const why = 'why' in prepared ? prepared.why : await cannotStart(prepared, place);
		const first = { number: 1, words: workshop.accepted };
		hear(why === undefined ? { ...first, result: 'ok' } : { ...first, result: 'wrong', seen: why });
		const lines = readFileSync(join(folder, workshop.file), 'utf8').split('\n');
		let well = why === undefined;
		const said: string[] = [];
		for (const [index, step] of workshop.steps.entries()) {
			const about = { number: index + 2, words: step };
			if ('why' in prepared || why !== undefined) {
				hear({ ...about, result: 'waits' });
				continue;
			}
			const seen = await play(step, prepared, place, said);
			well &&= seen === undefined;
			const at = lookAt(step, workshop.file, lines);
			hear(
				seen === undefined
					? { ...about, result: 'ok' }
					: { ...about, result: 'wrong', seen, ...(at && { at }) }
			);
		}
		return well;
	} finally {
		await place.leave();
		process.off('exit', clean);
		clean();
	}
}

function lookAt({ where = [] }: Words, file: string, lines: readonly string[]): Verdict['at'] {
	for (const pattern of where) {
		const index = lines.findIndex((text) => pattern.test(text));
		if (index >= 0) return { place: `${file}:${String(index + 1)}`, text: lines[index]?.trim() ?? '' };
	}
	return undefined;
}

/** @throws InputError when it is not on this machine */
export function programOf({ program }: Workshop): { readonly file: string; readonly version: string } {
	const file = findProgram(program.name);
	if (file === undefined)
		throw new InputError(
			`${program.title} is not on this machine, and verify runs the real one: ${program.remedy}.`
		);
	const { stdout } = spawnSync(file, [program.version], { encoding: 'utf8', timeout: 10_000 });
	const [, version = 'of an unknown version'] = /(\d+\.\d+[\w.+~-]*)/.exec(stdout) ?? [];
	return { file, version: `${program.title} ${version}` };
}

async function cannotStart({ launch }: Prepared, place: Place): Promise<string | undefined> {
	const gate = await serve(launch, place.gate);
	if ('why' in gate) return movedBack(gate.why, place);
	await gate.kill();
	return undefined;
}

async function play(
	step: Step,
	prepared: Prepared,
	place: Place,
	said: string[]
): Promise<string | undefined> {
	const [a, b, c] = place.servers;
	const servers = [new TestServer('A', a), new TestServer('B', b), new TestServer('C', c)] as const;
	let gate: Running | undefined;
	try {
		for (const server of servers) await server.open();
		const started = await serve(prepared.launch, place.gate);
		if ('why' in started) return movedBack(started.why, place);
		gate = started;
		const stage: Stage = {
			...prepared,
			...{ port: place.gate, servers, gate: started },
			heard: () => [...said, started.said()].join('\n')
		};
		let seen: string | undefined;
		const playing = step.play(stage).then((found) => {
			seen = found;
		});
		return (await within(limitMs, playing)) ? seen : 'It was not done after a minute.';
	} finally {
		if (gate !== undefined) {
			said.push(gate.said());
			await gate.kill();
		}
		for (const server of servers) await server.kill();
	}
}
