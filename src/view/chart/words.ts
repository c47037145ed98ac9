import type { Millis } from '#balancer/strategy.ts';
import { clock, number, quantity, type Unit } from './format.ts';
import { lastOf, nearest, type Reference, type Series } from './series.ts';

/** A chart in a few sentences, for who cannot see it: where each line stands, its span, what it is held against. */
export function summaryOf(
	title: string,
	series: readonly Series[],
	references: readonly Reference[],
	unit: Unit
): string {
	const spoken = (value: number): string =>
		Number.isFinite(value) ? `${number(value)} ${unit.spoken}` : quantity(value, unit);
	const lines = series.map(({ label, points }) => {
		const last = lastOf(points);
		if (last === undefined) return `${label}: no data yet.`;
		const finite = points.map(({ value }) => value).filter(Number.isFinite);
		const span =
			finite.length > 1 ? `, between ${number(Math.min(...finite))} and ${number(Math.max(...finite))}` : '';
		const lost = points.filter(({ value }) => value === Infinity).length;
		const never = lost > 0 ? `; never answered at ${String(lost)} of ${String(points.length)} readings` : '';
		return `${label}: ${spoken(last.value)} at ${clock(last.at)}${span}${never}.`;
	});
	const marks = references.map(({ label }) => `Marked: ${label}.`);
	return [`${title}.`, ...lines, ...marks].join(' ');
}

/** What the lines say at one moment. */
export function readingAt(at: Millis, series: readonly Series[], unit: Unit, reach: Millis): string {
	const values = series.map(
		({ label, points }) => `${label} ${quantity(nearest(points, at, reach)?.value ?? NaN, unit)}`
	);
	return [clock(at), ...values].join(', ');
}

export interface Row {
	readonly at: Millis;
	readonly cells: readonly { readonly value: string; readonly n?: string }[];
}

/** The numbers behind the lines: one row for every moment that any series has. */
export function tableOf(series: readonly Series[]): Row[] {
	const moments = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))].sort(
		(a, b) => a - b
	);
	const columns = series.map(({ points }) => new Map(points.map((point) => [point.at, point])));
	return moments.map((at) => ({
		at,
		cells: columns.map((column) => {
			const point = column.get(at);
			if (point === undefined) return { value: '–' };
			return { value: number(point.value), ...(point.n !== undefined && { n: number(point.n) }) };
		})
	}));
}
