import { chartsWords } from '#words/charts.ts';
import type { Axis } from './axis.ts';
import { number, type Unit } from './format.ts';
import type { Series } from './series.ts';

/** The numbers behind a chart, for people, for screen readers and for other programs. */
export interface Table {
	/** What the rows are: `Time`, `Server`. */
	readonly head: string;
	readonly columns: readonly string[];
	readonly rows: readonly Row[];
}

export interface Row {
	/** As a page writes it. */
	readonly name: string;
	/** As a program wants it: milliseconds for a time. */
	readonly key: string | number;
	/** NaN where nothing was measured, Infinity for "never". */
	readonly cells: readonly number[];
}

/** The lines of a chart: one row for every place that any of them has; `n` and the band's ends where there are any. */
export function tableOf(series: readonly Series[], axis: Axis, unit: Unit, step: number): Table {
	const places = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))].sort(
		(a, b) => a - b
	);
	const say = chartsWords.column;
	const columns = series.flatMap(({ label, points }) => {
		const known = new Map(points.map((point) => [point.at, point]));
		const some = (key: 'n' | 'lo' | 'hi'): boolean => points.some((point) => point[key] !== undefined);
		const column = (title: string, key: 'value' | 'n' | 'lo' | 'hi') => ({
			title,
			of: (at: number) => known.get(at)?.[key] ?? NaN
		});
		return [
			column(unit.short === '' ? label : say.unit(label, unit.short), 'value'),
			...(some('n') ? [column(say.n(label), 'n')] : []),
			...(some('lo') ? [column(say.least(label), 'lo'), column(say.most(label), 'hi')] : [])
		];
	});
	return {
		head: axis.title,
		columns: columns.map(({ title }) => title),
		rows: places.map((at) => ({
			name: axis.say(at, step),
			key: at,
			cells: columns.map(({ of }) => of(at))
		}))
	};
}

/** RFC 4180. Empty where nothing was measured, `never` where nothing came back. */
export function csvOf({ head, columns, rows }: Table): string {
	const lines = rows.map(({ key, cells }) => [key, ...cells.map(plain)]);
	return `${[[head, ...columns], ...lines].map((line) => line.map(quoted).join(',')).join('\r\n')}\r\n`;
}

/** A cell as a page writes it. */
export function cellOf(value: number): string {
	return number(value);
}

function plain(value: number): string {
	if (Number.isNaN(value)) return '';
	return Number.isFinite(value) ? String(value) : 'never';
}

function quoted(text: string | number): string {
	const plainText = String(text);
	return /[",\r\n]/.test(plainText) ? `"${plainText.replaceAll('"', '""')}"` : plainText;
}
