#!/usr/bin/env node
import { Command, CommanderError, Help } from 'commander';
import { InputError } from '#record/input.ts';
import manifest from '../../package.json' with { type: 'json' };
import { registerBackends } from './backends.ts';
import { registerCompletion } from './completion.ts';
import { registerExport } from './export.ts';
import { registerImport } from './import.ts';
import { registerLesson } from './lesson.ts';
import { registerLint } from './lint.ts';
import { registerLoad } from './load.ts';
import { registerProxy } from './proxy.ts';
import { registerReplay } from './replay.ts';
import { registerSimulate } from './simulate.ts';
import { registerStart } from './start.ts';
import { registerStrategies } from './strategies.ts';
import { registerTop } from './top.ts';
import { registerWorkshop } from './workshop.ts';

const program = new Command('golangia')
	.description(
		'Learn load balancing by doing: a site of lessons, a simulator and a real proxy that run the same strategies.'
	)
	.version(manifest.version, '--version', 'print the version')
	.helpOption('--help', 'say how it is used')
	.helpCommand(false)
	.showHelpAfterError(false)
	.configureHelp({
		// As one would type it: neither quotes nor brackets.
		optionDescription(option) {
			const said = new Help().optionDescription(option);
			return said.replace(/\(default: (?:"([^"]*)"|\[([^\]]*)\])\)$/, '(default: $1$2)');
		}
	})
	.configureOutput({
		outputError(text, write) {
			const said = text
				.trim()
				.replace(/^error: |\.$/g, '')
				.replace(/\s+\(Did you mean (.*)\?\)$/, ', did you mean $1');
			write(`golangia: ${said}: golangia --help lists what there is.\n`);
		}
	})
	.addHelpText(
		'after',
		'\nExamples:\n  golangia start\n  golangia backends --count 3\n  golangia proxy --backend http://localhost:8000 --backend http://localhost:8001\n  golangia proxy --help\n'
	)
	// A command's own errors come here too: subcommands made from now on inherit this.
	.exitOverride();

for (const register of [
	registerStart,
	registerProxy,
	registerBackends,
	registerLoad,
	registerTop,
	registerReplay,
	registerSimulate,
	registerExport,
	registerImport,
	registerLint,
	registerLesson,
	registerStrategies,
	registerWorkshop,
	registerCompletion
]) {
	register(program);
}

// Whoever reads along may have seen enough, as `head` has; that is nobody's error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code !== 'EPIPE') throw error;
	process.exit();
});

try {
	await program.parseAsync();
} catch (error) {
	if (error instanceof CommanderError) {
		// Commander has said what was wrong; asking for help or the version is not.
		process.exitCode = error.exitCode === 0 ? 0 : 2;
	} else if (error instanceof InputError) {
		console.error(error.message);
		process.exitCode = 2;
	} else {
		throw error;
	}
}
