import type { Millis } from '#balancer/strategy.ts';
import type { History, Second } from '#record/history.ts';
import type { Metrics, Window } from '#record/metrics.ts';
import type { RowOf, Stand } from '#view/chart/rows.ts';
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
		points: secondsOf(metrics).map((one) => ({ at: one.at, value: one[percentile], n: one.n }))
	};
}

/** Requests sent, answered or failed in each second. */
export function countSeries(
	metrics: Metrics,
	count: 'sent' | 'ok' | 'failed',
	look: Omit<Series, 'points'>
): Series {
	return { ...look, points: secondsOf(metrics).map((one) => ({ at: one.at, value: one[count] })) };
}

/** How many of those sent since the warm-up have failed, up to each second; the last says what the whole run did. */
export function failedSoFar(metrics: Metrics, look: Omit<Series, 'points'>): Series {
	return { ...look, points: countedSeconds(metrics).map(({ at, failed }) => ({ at, value: failed })) };
}

/** The share of all answers since the warm-up that were good, in per cent, up to each second. */
export function shareSoFar(metrics: Metrics, look: Omit<Series, 'points'>): Series {
	return {
		...look,
		points: countedSeconds(metrics).map(({ at, ok, failed }) => ({
			at,
			value: (100 * ok) / (ok + failed),
			n: ok + failed
		}))
	};
}

/** Sums of what was sent after the warm-up. The traffic's last second takes in the answers that came after it. */
function countedSeconds(
	metrics: Metrics
): readonly { readonly at: Millis; readonly ok: number; readonly failed: number }[] {
	let ok = 0;
	let failed = 0;
	const sums = secondsOf(metrics)
		.filter(({ at }) => at > metrics.warmUpMs)
		.map(({ at, countedOk, countedFailed }) => ({
			at,
			ok: (ok += countedOk),
			failed: (failed += countedFailed)
		}));
	const last = sums.at(-1);
	if (last !== undefined && last.at === metrics.endMs)
		sums.splice(-1, 1, { at: last.at, ok: metrics.ok, failed: metrics.failed });
	return sums;
}

/** While the traffic lasts: the last answers after it say how a run ends, not how it goes. */
function secondsOf({ windows, endMs }: Metrics): readonly Window[] {
	return windows.filter(({ at }) => at <= endMs);
}

/** A count of each second that the history keeps: refused, failed otherwise, worked in vain. */
export function historySeries(
	{ seconds }: History,
	endMs: number,
	of: (second: Second) => number,
	look: Omit<Series, 'points'>
): Series {
	return {
		...look,
		points: seconds.filter(({ at }) => at <= endMs).map((second) => ({ at: second.at, value: of(second) }))
	};
}

/** How each server stood, second by second, in the order in which they came. */
export function rowsOf({ seconds }: History): RowOf[] {
	const rows = new Map<string, Stand[]>();
	for (const { at, servers } of seconds) {
		for (const [id, { inflight, waiting }] of servers) {
			const stands = rows.get(id);
			if (stands === undefined) rows.set(id, [{ at, inflight, waiting }]);
			else stands.push({ at, inflight, waiting });
		}
	}
	return [...rows].map(([id, stands]) => ({ id, stands }));
}
