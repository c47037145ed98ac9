import { scaleLinear } from 'd3';
import type { Millis } from '#balancer/strategy.ts';
import { bandsOf, type Reference, type Series } from './series.ts';

/** From zero up. Where something never came back, the top of the plot is kept for "never". */
export interface ValueScale {
	readonly ticks: readonly number[];
	/** The largest value on the axis. */
	readonly max: number;
	/** Pixels from the top. Infinity lies on the line of "never", values past `max` on that of `max`. */
	readonly y: (value: number) => number;
	/** Where "never" lies, when the data needs it. */
	readonly never?: number;
}

/** The height of the strip between the largest tick and "never", in pixels. */
const NEVER_STRIP = 22;

export function valueScale(largest: number, never: boolean, top: number, bottom: number): ValueScale {
	const first = never ? top + NEVER_STRIP : top;
	const count = Math.max(2, Math.min(5, Math.floor((bottom - first) / 34)));
	const scale = scaleLinear([0, largest > 0 && Number.isFinite(largest) ? largest : 1], [bottom, first]).nice(
		count
	);
	const max = scale.domain()[1] ?? 1;
	const y = (value: number): number =>
		value === Infinity ? (never ? top : first) : scale(Math.max(0, Math.min(value, max)));
	return { ticks: scale.ticks(count), max, y, ...(never && { never: top }) };
}

/** The largest finite thing a chart must show, and whether anything never came back. */
export function extentOf(
	series: readonly Series[],
	references: readonly Reference[]
): { largest: number; never: boolean } {
	let largest = 0;
	let never = false;
	const see = (value: number): void => {
		if (value === Infinity) never = true;
		else if (value > largest) largest = value;
	};
	for (const { points } of series) {
		for (const { value } of points) see(value);
		for (const band of bandsOf(points)) for (const { hi } of band) see(hi);
	}
	for (const { value } of references) see(value);
	return { largest, never };
}

export interface TimeScale {
	readonly ticks: readonly Millis[];
	/** Between two ticks, so that labels know how fine they must be. */
	readonly step: Millis;
	readonly x: (at: Millis) => number;
	/** The moment under a pixel, kept inside the run. */
	readonly invert: (x: number) => Millis;
}

/** Steps a clock would take. */
const STEPS = [
	10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
	1_800_000, 3_600_000
];

/** A label needs about 64 pixels of axis to itself. */
export function timeScale(from: Millis, to: Millis, left: number, right: number, room = 64): TimeScale {
	const end = to > from ? to : from + 1000;
	const scale = scaleLinear([from, end], [left, right]);
	const step = STEPS.find((size) => (size * (right - left)) / (end - from) >= room) ?? 7_200_000;
	const ticks: Millis[] = [];
	for (let at = Math.ceil(from / step) * step; at <= end; at += step) ticks.push(at);
	return { ticks, step, x: (at) => scale(at), invert: (x) => Math.max(from, Math.min(end, scale.invert(x))) };
}
