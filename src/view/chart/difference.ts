import { area, scaleLinear } from 'd3';
import type { Point } from './series.ts';

/**
 * B − A where both were measured. A side that never came back differs by ± Infinity from one that did; where neither
 * did, nobody can say: NaN.
 */
export function differenceOf(a: readonly Point[], b: readonly Point[]): Point[] {
	const known = new Map(a.map((point) => [point.at, point]));
	return b.flatMap(({ at, value, n }) => {
		const against = known.get(at);
		if (against === undefined) return [];
		const counted = n !== undefined && against.n !== undefined ? { n: Math.min(n, against.n) } : {};
		// Infinity − Infinity is NaN already.
		return [{ at, value: value - against.value, ...counted }];
	});
}

/** Around zero, as far up as down. */
export interface SignedScale {
	readonly max: number;
	readonly y: (value: number) => number;
}

export function signedScale(points: readonly Point[], top: number, bottom: number): SignedScale {
	const sizes = points.map(({ value }) => Math.abs(value)).filter(Number.isFinite);
	const largest = Math.max(0, ...sizes);
	const scale = scaleLinear([0, largest > 0 ? largest : 1], [0, (bottom - top) / 2]).nice(2);
	const max = scale.domain()[1] ?? 1;
	const zero = (top + bottom) / 2;
	return { max, y: (value) => zero - Math.sign(value) * scale(Math.min(Math.abs(value), max)) };
}

/** The areas between zero and the line, one above it and one below, as SVG path data; gaps where nothing is known. */
export function signedPaths(
	points: readonly Point[],
	x: (at: number) => number,
	{ y }: SignedScale
): { readonly above: string; readonly below: string } {
	const whole = withCrossings(points);
	const side = (keep: (value: number) => number): string =>
		area<Point>()
			.defined(({ value }) => !Number.isNaN(value))
			.x(({ at }) => round(x(at)))
			.y0(round(y(0)))
			.y1(({ value }) => round(y(keep(value))))(whole) ?? '';
	return { above: side((value) => Math.max(0, value)), below: side((value) => Math.min(0, value)) };
}

/** With a point where the line goes through zero, so that neither side claims what is the other's. */
function withCrossings(points: readonly Point[]): Point[] {
	return points.flatMap((point, index) => {
		const before = points[index - 1];
		if (before === undefined || !(before.value * point.value < 0)) return [point];
		const part = before.value / (before.value - point.value);
		const at = before.at + (point.at - before.at) * (Number.isFinite(part) ? part : 0.5);
		return [{ at, value: 0 }, point];
	});
}

function round(pixel: number): number {
	return Math.round(pixel * 10) / 10;
}
