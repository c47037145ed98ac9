import { percentileOf } from '../histogram.ts';
import { overBatches } from './batch-means.ts';
import { doubtful, type Estimate } from './estimate.ts';
import type { Totals } from './figures.ts';

/** Independent requests' worth that must lie on either side of a percentile; with fewer the tail is a few stories of bad luck. */
const fewestStrangers = 5;

/** A percentile of a run, and what each part would have it be. */
export interface Percentile {
	readonly estimate: Estimate;
	readonly parts: readonly number[];
}

/**
 * A percentile's 95 % interval from one run (Woodruff 1952). The percentiles of the parts would be biased, each resting on few
 * slow requests; the share of each part's requests at or below the whole run's percentile is not. Its interval over the
 * parts is carried over to latencies by the run's own distribution, and half its length is what is told.
 */
export function percentileOfRun(share: number, whole: Totals, parts: readonly Totals[]): Percentile {
	const at = (p: number): number => percentileOf(whole.latencies, whole.failed, p);
	const value = at(share);
	const shares = parts.map(({ ok, failed, latencies }) => latencies.countTo(value) / (ok + failed));
	const within = overBatches(shares, share);
	const refuse = (doubt: NonNullable<Estimate['doubt']>): Percentile => ({
		estimate: doubtful(value, parts.length, doubt),
		parts: []
	});
	if (Number.isNaN(value)) return refuse('few');
	if (value === Infinity) return refuse('never');
	if (within.doubt !== undefined) return refuse(within.doubt);
	const strangers = (share * (1 - share)) / (within.halfWidth / 2) ** 2;
	if (strangers * Math.min(share, 1 - share) < fewestStrangers) return refuse('short');
	const above = at(Math.min(1, share + within.halfWidth));
	const halfWidth = (above - at(Math.max(0, share - within.halfWidth))) / 2;
	if (halfWidth === Infinity) return refuse('never');
	const slope = within.halfWidth === 0 ? 0 : halfWidth / within.halfWidth;
	return {
		estimate: { value, halfWidth, groups: parts.length },
		// A part with too few at or below it would have put it higher (Bahadur 1966).
		parts: shares.map((found) => value + slope * (share - found))
	};
}
