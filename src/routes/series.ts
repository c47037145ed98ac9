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

/** How many sessions were set up for requests sent since the warm-up, up to each second. */
export function missedSoFar(metrics: Metrics, look: Omit<Series, 'points'>): Series {
	return { ...look, points: countedSeconds(metrics).map(({ at, missed }) => ({ at, value: missed })) };
}

/** What the busiest server has got of all requests so far, in per cent, from the beginning of the run on. */
export function busiestSoFar(metrics: Metrics, look: Omit<Series, 'points'>): Series {
	const points = secondsOf(metrics).map(({ at, busiestShare }) => ({ at, value: 100 * busiestShare }));
	if (points.at(-1)?.at === metrics.endMs)
		points.splice(-1, 1, { at: metrics.endMs, value: 100 * metrics.busiestShare });
	return { ...look, points };
}

/** Sums of what was sent after the warm-up. The traffic's last second takes in the answers that came after it. */
function countedSeconds(
	metrics: Metrics
): readonly { readonly at: Millis; readonly ok: number; readonly failed: number; readonly missed: number }[] {
	let ok = 0;
	let failed = 0;
	let missed = 0;
	const sums = secondsOf(metrics)
		.filter(({ at }) => at > metrics.warmUpMs)
		.map((one) => ({
			at: one.at,
			ok: (ok += one.countedOk),
			failed: (failed += one.countedFailed),
			missed: (missed += one.missed)
		}));
	const last = sums.at(-1);
	if (last !== undefined && last.at === metrics.endMs)
		sums.splice(-1, 1, {
			at: last.at,
			ok: metrics.ok,
			failed: metrics.failed,
			missed: metrics.sessionMisses
		});
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
