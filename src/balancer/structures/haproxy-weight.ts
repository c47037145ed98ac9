/** HAProxy counts a weight in sixteenths (so that a slow start has steps) and knows weights up to 256. */
const scale = 16;
const most = 256 * scale;

/**
 * HAProxy's effective weight: 16 for weight 1. Weights it does not know become the nearest it does: what is below 1/16
 * counts as that, what is above 256 as 256.
 */
export function effectiveWeight(weight: number): number {
	return Math.max(1, Math.min(most, Math.round(weight * scale)));
}

/** A weight for a map, which knows no fractions: a whole number from 1 to 256. */
export function wholeWeight(weight: number): number {
	return Math.max(1, Math.min(256, Math.round(weight)));
}
