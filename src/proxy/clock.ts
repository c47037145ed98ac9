import type { Millis } from '#balancer/strategy.ts';

/** The clock of a proxy's events: milliseconds since it began. */
export type Clock = () => Millis;

/** Whole microseconds: recordings stay short, and what is recorded is exactly what the strategy was told. */
export function clock(): Clock {
	const began = performance.now();
	return () => Math.round((performance.now() - began) * 1000) / 1000;
}

/** From one instant of that clock to another, in whole microseconds as they are. */
export function between(from: Millis, to: Millis): Millis {
	return Math.round((to - from) * 1000) / 1000;
}
