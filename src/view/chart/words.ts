import { chartsWords } from '#words/charts.ts';
import type { Axis } from './axis.ts';
import { number, quantity, type Unit } from './format.ts';
import { lastOf, nearest, type Reference, type Series } from './series.ts';

const say = chartsWords.told;

/** A chart in a few sentences, for who cannot see it: where each line stands, its span, what it is held against. */
export function summaryOf(
	title: string,
	series: readonly Series[],
	references: readonly Reference[],
	unit: Unit,
	axis: Axis
): string {
	const spoken = (value: number): string =>
		Number.isFinite(value) ? `${number(value)} ${unit.spoken}` : quantity(value, unit);
	const lines = series.map(({ label, points }) => {
		const last = lastOf(points);
		if (last === undefined) return say.nothing(label);
		const finite = points.map(({ value }) => value).filter(Number.isFinite);
		const span =
			finite.length > 1 ? ([number(Math.min(...finite)), number(Math.max(...finite))] as const) : undefined;
		const lost = points.filter(({ value }) => value === Infinity).length;
		const never = lost > 0 ? ([lost, points.length] as const) : undefined;
		return say.line(label, spoken(last.value), axis.say(last.at, 1000), span, never);
	});
	const marks = references.map(({ label }) => say.marked(label));
	return [say.whole(title), ...lines, ...marks].join(' ');
}

/** What the lines say at one place of the axis. */
export function readingAt(
	at: number,
	series: readonly Series[],
	unit: Unit,
	reach: number,
	axis: Axis
): string {
	const values = series.map(
		({ label, points }) => `${label} ${quantity(nearest(points, at, reach)?.value ?? NaN, unit)}`
	);
	return [axis.say(at, 1000), ...values].join(', ');
}
