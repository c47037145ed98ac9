import type { Histogram } from '#record/histogram.ts';
import type { Point } from './series.ts';

const steps = 120;

/**
 * The share of all requests, in percent, that were answered within a latency, at places that are evenly spread on a log
 * axis. Failures were never answered, so that many keep the line from 100 %.
 */
export function cdfOf(latencies: Histogram, failed: number): Point[] {
	const { total } = latencies;
	if (total === 0) return [];
	const n = total + failed;
	const first = latencies.valueAt(1);
	const last = latencies.valueAt(total);
	return Array.from({ length: steps + 1 }, (_, step) => {
		const at = step === steps ? last : first * (last / first) ** (step / steps);
		// The last bin is wider than its last value.
		const below = step === steps ? total : Math.min(total, latencies.countTo(at));
		return { at, value: (100 * below) / n };
	});
}
