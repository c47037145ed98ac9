import type { Point, Series } from '#view/chart/series.ts';

/** The least and the most that several seeds had in each second: for each, p50, p95 and p99 by turns. */
export interface Bands {
	readonly least: Float64Array;
	readonly most: Float64Array;
	/** How many seeds they are of. */
	readonly seeds: number;
}

const columns = { p50: 0, p95: 1, p99: 2 } as const;
export type Banded = keyof typeof columns;

/** With fewer seeds a band says more of them than of the run. */
export const enoughSeeds = 10;

/** Of runs that are equally long; a second in which some run measured nothing has no band. */
export function bandsOf(runs: readonly Float64Array[]): Bands | undefined {
	const [first] = runs;
	if (first === undefined) return undefined;
	const over = (pick: (...values: number[]) => number): Float64Array =>
		Float64Array.from(first, (_, i) => pick(...runs.map((run) => run[i] ?? NaN)));
	return { least: over(Math.min), most: over(Math.max), seeds: runs.length };
}

/** A line with the band behind it. */
export function withBand(series: Series, bands: Bands | undefined, percentile: Banded): Series {
	if (bands === undefined) return series;
	const points = series.points.map((point): Point => {
		const place = (point.at / 1000 - 1) * 3 + columns[percentile];
		return { ...point, lo: bands.least[place] ?? NaN, hi: bands.most[place] ?? NaN };
	});
	return { ...series, points, loose: bands.seeds < enoughSeeds };
}
