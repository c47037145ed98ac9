import { count, duration } from './words.ts';

/** Where a picture comes from, in a sentence below it, so that nobody takes a model for a measurement. */
export function simulated(seed: number): string {
	return `Simulated: a model in virtual time, drawn from seed ${String(seed)}; the same seed gives the same run.`;
}

/** `strategy` is its title; `why` says whether the reasons for its picks are known. */
export function recorded(
	name: string,
	strategy: string,
	events: number,
	durationMs: number,
	why: boolean
): string {
	const reasons = why ? ' Reasons are those of its strategy, asked again.' : '';
	return `Recorded by a proxy: ${name}, ${duration(Math.round(durationMs))} of real requests in ${count(events)} events under “${strategy}”. The network's ways are not in it.${reasons}`;
}

export function live(hopMs: number): string {
	return `Live: real requests through the proxy on this machine. Each way is drawn as ${String(hopMs)} ms, so that an eye can follow; the numbers are exact.`;
}
