import type { Ear } from '#record/event.ts';
import { eventLine } from '#record/event-line.ts';
import { headerLine, type RecordingFacts } from '#record/recording.ts';
import { LineFile } from './line-file.ts';

export interface Recorder {
	readonly ear: Ear;
	/** Replace the file by what was heard so far, and go on. @throws InputError when it cannot be written. */
	open(): Promise<void>;
	/** Everything heard is in the file when this resolves. */
	close(): Promise<void>;
}

/** Writes what its ear hears as a recording. A disk that fills up ends the recording, told once through `failed`. */
export function recorder(file: string, header: RecordingFacts, failed: (message: string) => void): Recorder {
	const lines = new LineFile({ what: 'recording', file, append: false, failed });
	lines.add(`${headerLine(header)}\n`);
	return {
		ear(event) {
			lines.add(`${eventLine(event)}\n`);
		},
		open: () => lines.open(),
		close: () => lines.close()
	};
}
