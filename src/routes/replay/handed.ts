import type { StrategyName } from '#balancer/strategies/index.ts';
import { InputError } from '#record/input.ts';
import { readRecording, type Recording } from '#record/recording.ts';
import { replayWords } from '#words/replay.ts';

/** A recording, and what its file is called. */
export interface Session {
	readonly name: string;
	readonly recording: Recording;
	/** Who is to decide beside it, to begin with. */
	readonly beside?: StrategyName;
}

/** Larger ones would hold the page up for longer than anybody waits. */
const mostBytes = 32_000_000;

/** What another page has opened for this one. */
let handed: Session | undefined;

export function hand(session: Session): void {
	handed = session;
}

/** Once: whoever comes back later finds the page empty. */
export function taken(): Session | undefined {
	const session = handed;
	handed = undefined;
	return session;
}

/** What is in a file that somebody chose. @throws InputError in one sentence when it is too large for a page. */
export async function textOf(file: File): Promise<string> {
	if (file.size > mostBytes)
		throw new InputError(replayWords.tooLarge(file.name, Math.ceil(file.size / 1e6)));
	return file.text();
}

/** @throws InputError in one sentence when it is no recording, or too large for a page. */
export async function sessionOf(file: File): Promise<Session> {
	return { name: file.name, recording: readRecording(await textOf(file), file.name) };
}
