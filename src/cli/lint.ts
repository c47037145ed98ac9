import { Option, type Command } from 'commander';
import { demonstrate } from '#dialects/demonstrate.ts';
import { diffOf } from '#dialects/edit.ts';
import type { Finding } from '#dialects/dialect.ts';
import { readable } from '#dialects/guess.ts';
import { dialects, type DialectName } from '#dialects/index.ts';
import { readScenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';
import { foreignOf, type Foreign } from './dialect-files.ts';
import { wordOf } from './flags.ts';

const help = `
With --stage each trouble that a simulation can show is run before and after its fix. The files themselves stay as they are.
Exit code 0: nothing was found, 1: something was, 2: the file is wrong.

Examples:
  golangia lint haproxy.cfg
  golangia lint nginx.conf --stage
`;

/** `golangia lint FILE`: what people trip over, with the fix as a diff. */
export function registerLint(program: Command): void {
	program
		.command('lint')
		.description(`say what people trip over in ${readable.map((name) => dialects[name].file).join(', ')}`)
		.argument('<file>', 'the configuration')
		.addOption(
			new Option(
				'--from <product>',
				`whose it is, where its name does not say so: ${readable.join(', ')}`
			).argParser(wordOf('--from', readable))
		)
		.option('--stage', 'run the trouble before and after the fix')
		.addHelpText('after', help)
		.action(async (file: string, options: { from?: DialectName; stage?: true }) => {
			const foreign = await foreignOf(file, options.from);
			const findings = foreign.dialect.lint?.(foreign.text) ?? [];
			for (const finding of findings)
				console.log(
					[
						...report(file, foreign.text, finding),
						...(options.stage ? staged(foreign, finding) : []),
						''
					].join('\n')
				);
			if (findings.length > 0) process.exitCode = 1;
			else console.log(`${file}: nothing that people trip over was found.`);
		});
}

function report(file: string, text: string, { line, what, why, seen, fix }: Finding): readonly string[] {
	const diff = diffOf(text, fix);
	const shown =
		diff.length > 40 ? [...diff.slice(0, 40), `… and ${String(diff.length - 40)} lines more`] : diff;
	return [
		`${file}:${String(line)}: ${what}`,
		`  Why: ${why}`,
		`  Seen: ${seen}`,
		...shown.map((one) => `    ${one}`)
	];
}

function staged({ dialect, text }: Foreign, finding: Finding): readonly string[] {
	const shown = demonstrate(dialect, text, finding);
	if (shown === undefined) return [];
	const told = (scenario: object): string => {
		const { metrics } = simulate(readScenario(scenario));
		const p99 = metrics.percentile(0.99);
		const slow = Number.isFinite(p99) ? `${String(Math.round(p99))} ms` : 'never';
		return `${String(metrics.failed)} of ${String(metrics.n)} requests fail, p99 ${slow}`;
	};
	return [`  On the stage, before: ${told(shown.before)}`, `  On the stage, after:  ${told(shown.after)}`];
}
