import type { Command } from 'commander';
import type { Comparison } from '#record/comparison.ts';
import { isGolden } from '#record/golden-file.ts';
import { playGolden } from '#record/golden.ts';
import { InputError, jsonOf } from '#record/input.ts';
import { isRecording, readRecording } from '#record/recording.ts';
import { replay } from '#record/replay.ts';
import { textOf } from './text.ts';

/** A recording is one text while it is read, and the longest that Node has is a little longer. */
const mostOfRecording = 500_000_000;

/** `golangia replay FILE…`: does the strategy decide today as it did then? */
export function registerReplay(program: Command): void {
	program
		.command('replay')
		.description('put recorded questions to the strategies again and compare the answers')
		.argument(
			'<file...>',
			'recordings of "golangia proxy --record", or recorded picks of HAProxy, NGINX and Caddy'
		)
		.addHelpText(
			'after',
			'\nNo socket and no clock take part. Exit code 0: nothing differs, 1: something does, 2: a file is wrong.\n\nExamples:\n  golangia replay session.jsonl\n  golangia replay tests/fixtures/golden/*.json\n'
		)
		.action(async (files: readonly string[]) => {
			// All are read before the first is played, so a wrong file leaves no half of an answer.
			const plays = await Promise.all(
				files.map(async (file) => play(await textOf(file, mostOfRecording), file))
			);
			for (const { line, differs } of plays.map((answer) => answer())) {
				console.log(line);
				if (differs) process.exitCode = 1;
			}
		});
}

interface Answer {
	readonly line: string;
	readonly differs: boolean;
}

/** Tell by its content what a file is. @throws InputError when it is neither. */
function play(text: string, file: string): () => Answer {
	if (isRecording(text)) {
		const recording = readRecording(text, file);
		return () => {
			const answer = told(file, replay(recording, file));
			return recording.cut
				? { ...answer, line: `${answer.line} (the last line is cut off and was left out)` }
				: answer;
		};
	}
	const value = jsonOf(text, file);
	if (!isGolden(value))
		throw new InputError(
			`${file}: is neither a recording nor a file of recorded picks: make one with golangia proxy --record FILE.`
		);
	const played = playGolden(value, file);
	return () =>
		'unsupported' in played
			? { line: `${file}: not yet: ${played.unsupported}`, differs: false }
			: told(file, played);
}

function told(file: string, { same, total, difference }: Comparison): Answer {
	if (difference === undefined)
		return { line: `${file}: same ${String(same)}/${String(total)}`, differs: false };
	return { line: `${file}: differs after ${String(same)}/${String(total)}: ${difference}`, differs: true };
}
