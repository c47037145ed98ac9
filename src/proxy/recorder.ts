import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Ear } from '#record/event.ts';
import { eventLine } from '#record/event-line.ts';
import { InputError } from '#record/input.ts';
import { headerLine, type RecordingFacts } from '#record/recording.ts';

export interface Recorder {
	readonly ear: Ear;
	/** Replace the file by what was heard so far, and go on. @throws InputError when it cannot be written. */
	open(): Promise<void>;
	/** Everything heard is in the file when this resolves. */
	close(): Promise<void>;
}

/** Events go to the file in pieces of this many characters, or after half a second. */
const piece = 65_536;
const flushMs = 500;

/**
 * Writes what its ear hears as a recording. It keeps all in memory until `open`, so that a proxy that never started
 * leaves an older file as it was. A disk that fills up ends the recording, told once through `failed`; the proxy goes on.
 */
export function recorder(file: string, header: RecordingFacts, failed: (message: string) => void): Recorder {
	let text = `${headerLine(header)}\n`;
	let stream: WriteStream | undefined;
	let timer: NodeJS.Timeout | undefined;
	const flush = (): void => {
		if (text !== '') stream?.write(text);
		text = '';
	};
	return {
		ear(event) {
			text += `${eventLine(event)}\n`;
			if (text.length >= piece && stream !== undefined) flush();
		},
		async open() {
			const opening = createWriteStream(file);
			try {
				await once(opening, 'open');
			} catch (error) {
				throw new InputError(
					`The recording "${file}" cannot be written (${codeOf(error)}): choose another file.`
				);
			}
			opening.on('error', (error) => {
				failed(`The recording "${file}" ends here (${codeOf(error)}); the proxy goes on.`);
			});
			stream = opening;
			timer = setInterval(flush, flushMs);
		},
		async close() {
			clearInterval(timer);
			if (stream === undefined || stream.destroyed) return;
			flush();
			stream.end();
			await once(stream, 'close');
		}
	};
}

function codeOf(error: unknown): string {
	return (error as NodeJS.ErrnoException).code ?? String(error);
}
