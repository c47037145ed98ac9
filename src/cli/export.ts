import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { textOf } from '#dialects/dialect.ts';
import { dialectNames, dialects, type DialectName } from '#dialects/index.ts';
import { InputError } from '#record/input.ts';
import { planOf } from './dialect-files.ts';
import { wordOf } from './flags.ts';

const help = `
What the program cannot say, or does otherwise, stands in the file's head and on the error output. A file of the same
name is not written over unless you say --force.

Examples:
  golangia export siege.json --to haproxy > haproxy.cfg
  golangia export siege.json --to go --out gate
  golangia export nginx.conf --to caddy
`;

/** `golangia export FILE --to PRODUCT`: the same cluster in the words of a program that people run. */
export function registerExport(program: Command): void {
	program
		.command('export')
		.description(
			`write a scenario’s cluster for ${dialectNames.map((name) => dialects[name].title).join(', ')}`
		)
		.argument('<file>', 'a scenario (JSON), a link that the playground copies, or somebody’s configuration')
		.addOption(
			new Option('--to <product>', `for whom: ${dialectNames.join(', ')}`)
				.argParser(wordOf('--to', dialectNames))
				.makeOptionMandatory()
		)
		.option('--out <folder>', 'write the files there instead of printing them')
		.option('--force', 'write over files that are there')
		.addHelpText('after', help)
		.action(async (file: string, options: { to: DialectName; out?: string; force?: true }) => {
			const dialect = dialects[options.to];
			const { files, notes } = dialect.write(await planOf(file));
			for (const note of notes) console.error(`${dialect.title}: ${note}`);
			if (options.out === undefined) {
				files.forEach((one, index) => {
					process.stdout.write(`${index === 0 ? '' : `\n==> ${one.name}\n`}${textOf(one)}`);
				});
				return;
			}
			if (options.force !== true) for (const { name } of files) refuseToReplace(join(options.out, name));
			await mkdir(options.out, { recursive: true });
			for (const one of files) await writeFile(join(options.out, one.name), textOf(one));
			console.log(
				`Written: ${files.map(({ name }) => join(options.out ?? '', name)).join(', ')}. Check: ${dialect.check}\n${dialect.proof}`
			);
		});
}

function refuseToReplace(path: string): void {
	if (existsSync(path))
		throw new InputError(`${path}: is there already: choose another --out, or add --force to replace it.`);
}
