import { area, line } from 'd3';
import type { Point } from './series.ts';

type To = (value: number) => number;

/** SVG path data through the readings. */
export function linePath(points: readonly Point[], x: To, y: To): string {
	return (
		line<Point>(
			(point) => round(x(point.at)),
			(point) => round(y(point.value))
		)(points) ?? ''
	);
}

/** SVG path data of the band between `lo` and `hi`. */
export function bandPath(band: readonly Required<Pick<Point, 'at' | 'lo' | 'hi'>>[], x: To, y: To): string {
	return (
		area<(typeof band)[number]>(
			(point) => round(x(point.at)),
			(point) => round(y(point.lo)),
			(point) => round(y(point.hi))
		)(band) ?? ''
	);
}

function round(pixel: number): number {
	return Math.round(pixel * 10) / 10;
}
