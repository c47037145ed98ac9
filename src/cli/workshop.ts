import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '#record/input.ts';
import { go } from './workshop/go.ts';
import { haproxy } from './workshop/haproxy.ts';
import { lineOf, readmeOf } from './workshop/report.ts';
import { programOf, verify } from './workshop/verify.ts';
import type { Workshop } from './workshop/workshop.ts';

const workshops = { haproxy, go } as const satisfies Record<string, Workshop>;

/** `golangia workshop`: a file with mistakes, to be put right and tried on the real program. */
export function registerWorkshop(program: Command): void {
	const command = program
		.command('workshop')
		.helpCommand(false)
		.description('put a first HAProxy file or Go gate right, and try it on the real program');
	for (const [name, workshop] of Object.entries(workshops)) {
		command
			.command(name)
			.description(`write the folder of ${workshop.title}`)
			.option('--out <dir>', 'where to', join('workshop', name))
			.action(({ out }: { out: string }) => {
				write(workshop, out);
			});
	}
	command
		.command('verify')
		.description('try each step on the real program, and say what is still wrong')
		.argument('[dir]', 'a workshop; by default the one you stand in, or all below workshop/')
		.addHelpText(
			'after',
			'\nExit code 0: all steps hold, 1: some do not, 2: there is no workshop or no program.\n\nExamples:\n  golangia workshop haproxy\n  golangia workshop verify workshop/haproxy\n'
		)
		.action(async (dir: string | undefined) => {
			for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
			const chosen = choose(dir);
			const programs = chosen.map(({ workshop }) => programOf(workshop));
			for (const [index, { workshop, folder }] of chosen.entries()) {
				const found = programs[index];
				if (found !== undefined) await report(workshop, folder, found);
			}
		});
}

/** npm moves to the project's folder; what people type is meant from where they stand. */
function standing(): string {
	return (process.env.npm_lifecycle_event === 'golangia' ? process.env.INIT_CWD : undefined) ?? process.cwd();
}

/** @throws InputError when something is there already, or nothing can be written there */
function write(workshop: Workshop, out: string): void {
	const folder = resolve(standing(), out);
	const place = relative(process.cwd(), folder);
	const shown = place === '' || place.startsWith('..') ? folder : place;
	const files = { ...workshop.files, 'README.md': readmeOf(workshop, shown) };
	try {
		mkdirSync(folder, { recursive: true });
		const [taken] = Object.keys(files).filter((name) => existsSync(join(folder, name)));
		if (taken !== undefined)
			throw new InputError(
				`${join(shown, taken)} is there already, and nobody's work is written over: use another folder with --out.`
			);
		for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	} catch (error) {
		if (error instanceof InputError) throw error;
		throw new InputError(
			`${shown} cannot be written (${(error as Error).message}): use another folder with --out.`
		);
	}
	console.log(`${workshop.title} is in ${shown}: ${Object.keys(files).join(', ')}.`);
	console.log(`See what is wrong with it: npm run golangia -- workshop verify ${shown}`);
}

interface Chosen {
	readonly workshop: Workshop;
	readonly folder: string;
}

/** @throws InputError when there is none */
function choose(dir: string | undefined): readonly Chosen[] {
	const here = standing();
	if (dir !== undefined) {
		const found = workshopIn(resolve(here, dir));
		if (found !== undefined) return [found];
		const files = Object.values(workshops).map(({ file }) => file);
		throw new InputError(
			`${dir} is no workshop: it has no ${files.join(' and no ')}; golangia workshop haproxy, or go, writes one.`
		);
	}
	const own = workshopIn(here);
	if (own !== undefined) return [own];
	const below = join(here, 'workshop');
	const found = foldersIn(below).flatMap((name) => workshopIn(join(below, name)) ?? []);
	if (found.length > 0) return found;
	throw new InputError(
		'There is no workshop here, nor in workshop/: golangia workshop haproxy, or go, writes one.'
	);
}

/** More than anybody writes by hand. */
const mostBytes = 1_000_000;

/** @throws InputError for a file that is not text */
function workshopIn(folder: string): Chosen | undefined {
	const workshop = Object.values(workshops).find(({ file }) => existsSync(join(folder, file)));
	if (workshop === undefined) return undefined;
	const path = join(folder, workshop.file);
	if (!statSync(path).isFile() || statSync(path).size > mostBytes || readFileSync(path).includes(0))
		throw new InputError(
			`${path} is not a text of at most a million letters: save it as UTF-8 and try again.`
		);
	return { workshop, folder };
}

function foldersIn(folder: string): readonly string[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name);
}

async function report(
	workshop: Workshop,
	folder: string,
	program: { readonly file: string; readonly version: string }
): Promise<void> {
	console.log(`${workshop.title}: ${join(folder, workshop.file)} in ${program.version} (${program.file})\n`);
	let held = 0;
	let waiting = '';
	const well = await verify(workshop, folder, program.file, (verdict) => {
		if (verdict.result === 'ok') held++;
		if (verdict.result === 'waits') waiting = '; the others wait for step 1';
		console.log(lineOf(verdict));
	});
	const count = String(workshop.steps.length + 1);
	console.log(well ? `\nAll ${count} steps hold.` : `\n${String(held)} of ${count} steps hold${waiting}.`);
	if (!well) process.exitCode = 1;
}
