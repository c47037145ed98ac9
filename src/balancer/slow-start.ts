import type { Millis } from './strategy.ts';

/** A backend that came back takes on its load little by little. */
export interface SlowStartRules {
	/** From its return to its full share; HAProxy's `slowstart`. */
	readonly ms: Millis;
}

/** @throws RangeError for what is no length of time. */
export function assertSlowStart({ ms }: SlowStartRules): void {
	if (ms >= 0 && ms < Infinity) return;
	throw new RangeError(
		`A slow start takes ${String(ms)} ms: use a number of milliseconds from 0, or leave slow start out.`
	);
}

/**
 * The share of a full weight for one that has been back for `elapsed`: in sixteenths, from 1/16 on, a straight line in
 * steps (HAProxy 2.6, server_recalc_eweight, 2022). Whole seconds count there, and count here.
 */
export function startingShare(elapsed: Millis, { ms }: SlowStartRules): number {
	if (elapsed >= ms) return 1;
	const length = ms / 1000;
	const seconds = Math.floor(elapsed / 1000);
	return Math.floor((16 * seconds + length) / length) / 16;
}

/** How many calls it may hold meanwhile: the limit's share of the time in whole hundredths, at least 1. */
export function startingLimit(limit: number, elapsed: Millis, { ms }: SlowStartRules): number {
	if (limit === Infinity || elapsed >= ms) return limit;
	const hundredths = Math.floor((100 * Math.floor(elapsed / 1000) * 1000) / ms);
	return Math.max(1, Math.floor((limit * hundredths) / 100));
}

/**
 * How long after its return the share is looked at again: every second. HAProxy means to look a twentieth of the whole
 * time later if that is longer, but counts that in milliseconds of a number of seconds, so it hardly ever is.
 */
export function nextStep(elapsed: Millis, { ms }: SlowStartRules): Millis {
	const interval = Math.max(1000, ms / 20_000);
	return Math.min(ms, (Math.floor(elapsed / interval) + 1) * interval);
}
