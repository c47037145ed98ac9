import type { Millis } from '#balancer/strategy.ts';

/** Something worth jumping to, drawn as a notch on the time line. */
export interface Moment {
	readonly at: Millis;
	/** "first request turned away" */
	readonly label: string;
}

/** Speeds a run may be watched at, slowest first. */
export const speeds = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32] as const;
export type Speed = (typeof speeds)[number];

/** The moment at or just before a time, if it lies within `reach`. */
export function momentNear(moments: readonly Moment[], at: Millis, reach: Millis): Moment | undefined {
	let near: Moment | undefined;
	for (const moment of moments) {
		const gap = Math.abs(moment.at - at);
		if (gap <= reach && (near === undefined || gap < Math.abs(near.at - at))) near = moment;
	}
	return near;
}
