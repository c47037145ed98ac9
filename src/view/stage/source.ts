import { stageWords } from '#words/stage.ts';
import { duration } from './words.ts';

const say = stageWords.source;

/** Where a picture comes from, in a sentence below it, so that nobody takes a model for a measurement. */
export function simulated(seed: number): string {
	return say.simulated(seed);
}

/** `strategy` is its title; `why` says whether the reasons for its picks are known. */
export function recorded(
	name: string,
	strategy: string,
	events: number,
	durationMs: number,
	why: boolean
): string {
	const says = say.recorded(name, duration(Math.round(durationMs)), events, strategy);
	return why ? `${says} ${say.reasons}` : says;
}

export function live(hopMs: number): string {
	return say.live(hopMs);
}
