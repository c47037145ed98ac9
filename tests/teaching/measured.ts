import type { Measured } from '#teaching/measure.ts';

/** Metrics made up from a list of latencies, one for each request; `Infinity` for a failure. */
export function measured(latencies: readonly number[]): Measured {
	const sorted = latencies.toSorted((a, b) => (a === b ? 0 : a - b));
	const good = sorted.filter(Number.isFinite);
	return {
		sent: latencies.length,
		ok: good.length,
		failed: latencies.length - good.length,
		goodput: good.length,
		sessionMisses: 0,
		busiestShare: NaN,
		meanLatency: good.reduce((sum, latency) => sum + latency, 0) / good.length,
		percentile: (p) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? NaN
	};
}
