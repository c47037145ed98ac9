import type { Metrics, Window } from '#record/metrics.ts';
import type { Series } from '#view/chart/series.ts';

type Percentile = 'p50' | 'p95' | 'p99';

/** One percentile of a run, second by second, as a chart's line. */
export function latencySeries(
	metrics: Metrics,
	percentile: Percentile,
	look: Omit<Series, 'points'>
): Series {
	return {
		...look,
		points: metrics.windows.map((window) => ({ at: window.at, value: window[percentile], n: window.n }))
	};
}

/** Requests sent, answered or failed in each second. */
export function countSeries(
	metrics: Metrics,
	count: 'sent' | 'ok' | 'failed',
	look: Omit<Series, 'points'>
): Series {
	return {
		...look,
		points: metrics.windows.map((window: Window) => ({ at: window.at, value: window[count] }))
	};
}
