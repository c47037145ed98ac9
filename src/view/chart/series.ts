import type { Millis } from '#balancer/strategy.ts';

/** One reading. `NaN` says "nothing was measured here", `Infinity` says "never": the request got no answer. */
export interface Point {
	readonly at: Millis;
	readonly value: number;
	/** Requests behind the value; left out where the value is a count itself. */
	readonly n?: number;
	/** The band around the value, drawn where both are given. */
	readonly lo?: number;
	readonly hi?: number;
}

export interface Series {
	readonly id: string;
	readonly label: string;
	/** A CSS colour, such as `var(--strategy-random)`. */
	readonly colour: string;
	/** An SVG dash pattern, so that colour does not stand alone; solid unless told. */
	readonly dash?: string;
	/** Its band rests on too little yet, and is drawn grey. */
	readonly loose?: boolean;
	/** In order of time. */
	readonly points: readonly Point[];
}

/** Room beside a plot, in pixels. */
export interface Sides {
	readonly left: number;
	/** For the lines' names; narrow charts have them above and need none. */
	readonly right: number;
}

/** A horizontal line to measure against. A prediction is the reader's own and is drawn dotted in gilt. */
export interface Reference {
	readonly value: number;
	readonly label: string;
	readonly kind: 'goal' | 'prediction';
}

/** Below this many requests a percentile is more chance than fact: its line is drawn grey and dashed. */
export const FEW = 100;

/** A piece of line drawn in one style. */
export interface Run {
	readonly sure: boolean;
	readonly points: readonly Point[];
}

/** Cut a line where nothing was measured, and where few requests become enough; neighbours share their point. */
export function runsOf(points: readonly Point[], few = FEW): Run[] {
	const runs: { sure: boolean; points: Point[] }[] = [];
	let before: Point | undefined;
	let run: { sure: boolean; points: Point[] } | undefined;
	for (const point of points) {
		if (Number.isNaN(point.value)) {
			before = run = undefined;
			continue;
		}
		const sure = isSure(point, few) && (before === undefined || isSure(before, few));
		if (run?.sure !== sure) {
			// A run of one point takes the style of the line it begins.
			if (run?.points.length === 1) run.sure = sure;
			else runs.push((run = { sure, points: before === undefined ? [] : [before] }));
		}
		run.points.push(point);
		before = point;
	}
	return runs;
}

/** The stretches that have a band. */
export function bandsOf(points: readonly Point[]): Required<Pick<Point, 'at' | 'lo' | 'hi'>>[][] {
	const bands: Required<Pick<Point, 'at' | 'lo' | 'hi'>>[][] = [];
	let band: Required<Pick<Point, 'at' | 'lo' | 'hi'>>[] | undefined;
	for (const { at, value, lo = NaN, hi = NaN } of points) {
		if (Number.isNaN(lo) || Number.isNaN(hi) || Number.isNaN(value)) {
			band = undefined;
			continue;
		}
		if (band === undefined) bands.push((band = []));
		band.push({ at, lo, hi });
	}
	return bands.filter(({ length }) => length > 1);
}

/** The reading nearest to a moment, if one was taken within `reach` of it. */
export function nearest(points: readonly Point[], at: Millis, reach = Infinity): Point | undefined {
	let low = 0;
	let high = points.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((points[middle]?.at ?? Infinity) < at) low = middle + 1;
		else high = middle;
	}
	const [a, b] = [points[low - 1], points[low]];
	const near = a === undefined || (b !== undefined && b.at - at < at - a.at) ? b : a;
	return near !== undefined && Math.abs(near.at - at) <= reach ? near : undefined;
}

/** The last reading that measured something. */
export function lastOf(points: readonly Point[]): Point | undefined {
	return points.findLast(({ value }) => !Number.isNaN(value));
}

function isSure({ n }: Point, few: number): boolean {
	return n === undefined || n >= few;
}
