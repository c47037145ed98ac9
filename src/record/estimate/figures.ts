import type { Millis } from '#balancer/strategy.ts';
import { percentileOf, type Histogram } from '../histogram.ts';

/** What was counted in a run, or in a part of it. */
export interface Totals {
	/** Of counted traffic. */
	readonly ms: Millis;
	readonly ok: number;
	readonly failed: number;
	readonly latencySum: Millis;
	readonly waitSum: Millis;
	/** Requests that a worker took up. */
	readonly started: number;
	/** Of those that went well. */
	readonly latencies: Histogram;
}

/** One of the numbers that a run is summed up in. */
export interface Figure {
	readonly name: FigureName;
	readonly title: string;
	readonly unit: '1/s' | '%' | 'ms';
	/** True for what grows without end when more comes than can be served. */
	readonly grows: boolean;
	/** The share of requests at or below it, where it is a percentile. */
	readonly share?: number;
	/** NaN when nothing was measured; Infinity for a percentile that too many failures made "never". */
	readonly of: (totals: Totals) => number;
}

export type FigureName = 'goodput' | 'failed' | 'mean' | 'wait' | 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9';

export const figures: readonly Figure[] = [
	{
		name: 'goodput',
		title: 'goodput',
		unit: '1/s',
		grows: false,
		of: ({ ok, ms }) => (ms > 0 ? (1000 * ok) / ms : NaN)
	},
	{
		name: 'failed',
		title: 'failed',
		unit: '%',
		grows: false,
		of: ({ ok, failed }) => (100 * failed) / (ok + failed)
	},
	{
		name: 'mean',
		title: 'latency, mean',
		unit: 'ms',
		grows: true,
		of: ({ latencySum, ok }) => latencySum / ok
	},
	{
		name: 'wait',
		title: 'wait in queue, mean',
		unit: 'ms',
		grows: true,
		of: ({ waitSum, started }) => waitSum / started
	},
	percentile('p50', 0.5),
	percentile('p90', 0.9),
	percentile('p95', 0.95),
	percentile('p99', 0.99),
	percentile('p99.9', 0.999)
];

/** What happened between two moments of one run. */
export function between(before: Totals, after: Totals): Totals {
	return {
		ms: after.ms - before.ms,
		ok: after.ok - before.ok,
		failed: after.failed - before.failed,
		latencySum: after.latencySum - before.latencySum,
		waitSum: after.waitSum - before.waitSum,
		started: after.started - before.started,
		latencies: after.latencies.since(before.latencies)
	};
}

/** Requests beyond a percentile that make it worth comparing with that of another part or run. */
const fewestBeyond = 10;

/** A part's figure, NaN when the part is too small for it: of 500 requests, the slowest thousandth is none. */
export function partial(figure: Figure, totals: Totals): number {
	const n = totals.ok + totals.failed;
	if (figure.share !== undefined && n * (1 - figure.share) < fewestBeyond) return NaN;
	return figure.of(totals);
}

function percentile(name: FigureName, share: number): Figure {
	return {
		name,
		title: `latency, ${name}`,
		unit: 'ms',
		grows: true,
		share,
		of: ({ latencies, failed }) => percentileOf(latencies, failed, share)
	};
}
