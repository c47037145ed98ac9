import { percentileOf, type Histogram } from '#record/histogram.ts';

/** What happened to every request of a run that was offered: how long it took, or that it was never answered. */
export interface Offered {
	readonly latencies: Histogram;
	/** Refused, timed out or failed: never answered. */
	readonly failed: number;
}

/** A run's requests, sorted into bins that several runs may share. */
export interface Shape {
	/** Everybody who was offered, answered or not. */
	readonly n: number;
	/** For each bin how many were answered in it. */
	readonly counts: readonly number[];
	readonly never: number;
	/** Over all who were offered; Infinity where it falls among those never answered. */
	readonly percentiles: readonly Percentile[];
}

export interface Percentile {
	readonly name: string;
	readonly at: number;
	/** Requests that are beyond it enough to say where it is. */
	readonly sure: boolean;
}

const perDoubling = 3;
const asked = [50, 95, 99];

/** Where bins begin and end, in milliseconds: each is wider than the one before by the same factor. Empty while nobody was answered. */
export function edgesOf(offered: readonly Offered[]): number[] {
	const told = offered.filter(({ latencies }) => latencies.total > 0);
	if (told.length === 0) return [];
	const stepOf = (value: number): number => Math.log2(value) * perDoubling;
	const first = Math.floor(Math.min(...told.map(({ latencies }) => stepOf(latencies.valueAt(1)))));
	const last = Math.ceil(
		Math.max(...told.map(({ latencies }) => stepOf(latencies.valueAt(latencies.total)))) + 1e-9
	);
	return Array.from({ length: Math.max(1, last - first) + 1 }, (_, i) => 2 ** ((first + i) / perDoubling));
}

export function shapeOf({ latencies, failed }: Offered, edges: readonly number[]): Shape {
	const n = latencies.total + failed;
	const upTo = edges.map((edge, i) =>
		i === 0 ? 0 : i === edges.length - 1 ? latencies.total : Math.round(latencies.countTo(edge))
	);
	return {
		n,
		counts: upTo.slice(1).map((count, i) => count - (upTo[i] ?? 0)),
		never: failed,
		percentiles: asked.map((percentile) => ({
			name: `p${String(percentile)}`,
			at: percentileOf(latencies, failed, percentile / 100),
			// Ten beyond it, as for the readouts.
			sure: n * (1 - percentile / 100) >= 10 - 1e-9
		}))
	};
}
