/** Charts, their tables and files. */
export const charts = {
	/** Behind a number, and read aloud. */
	units: {
		milliseconds: { short: 'ms', spoken: 'milliseconds' },
		perSecond: { short: 'a second', spoken: 'a second' },
		requests: { short: '', spoken: 'requests' },
		sessions: { short: '', spoken: 'sessions' },
		percent: { short: '%', spoken: 'percent' }
	},
	never: 'never',
	noData: 'no data',
	/** How many measurements there are; set apart. */
	n: 'n',
	/** How many measurements stand behind a chart or a number. */
	counted: (n: string): string => `n = ${n}`,
	/** Behind a title or a label. */
	after: { unit: (unit: string): string => `, ${unit}`, tooFew: ', too few' },
	few: (requests: number): string =>
		`fewer than ${String(requests)} requests behind a point: more chance than fact`,
	on: (axis: string, title: string): string => `${axis} on the chart “${title}”`,
	time: 'Time',
	column: {
		unit: (label: string, unit: string): string => `${label}, ${unit}`,
		n: (label: string): string => `${label}, n`,
		least: (label: string): string => `${label}, least`,
		most: (label: string): string => `${label}, most`,
		give: (label: string): string => `${label}, ±`
	},
	table: (title: string): string => `Table: ${title}`,
	nothing: 'Nothing measured yet.',
	tools: {
		label: (title: string): string => `“${title}” in numbers and files`,
		table: 'Table',
		csv: 'CSV',
		svg: 'SVG',
		png: 'PNG',
		undrawn: 'This browser could not draw the picture: take the SVG instead.'
	},
	/** A chart told to those who do not see it. */
	told: {
		whole: (title: string): string => `${title}.`,
		nothing: (label: string): string => `${label}: no data yet.`,
		line: (
			label: string,
			value: string,
			at: string,
			span: readonly [least: string, most: string] | undefined,
			lost: readonly [never: number, readings: number] | undefined
		): string => {
			const between = span === undefined ? '' : `, between ${span[0]} and ${span[1]}`;
			const never =
				lost === undefined ? '' : `; never answered at ${String(lost[0])} of ${String(lost[1])} readings`;
			return `${label}: ${value} at ${at}${between}${never}.`;
		},
		marked: (label: string): string => `Marked: ${label}.`
	},
	difference: {
		a: 'A',
		b: 'B',
		sides: 'B − A',
		whole: (b: string, a: string, title: string): string => `${b} − ${a}: ${title}`,
		/** Behind the letters of the two sides. */
		of: (title: string): string => `, ${title}`,
		ofAt: (title: string, says: string): string => `, ${title}: ${says}`,
		none: 'no difference',
		onlyA: 'only A answers',
		onlyB: 'only B answers',
		more: (value: string): string => `B ${value} more`,
		less: (value: string): string => `B ${value} less`,
		told: (title: string, at: string, says: string): string => `${title}. ${at}: ${says}.`,
		at: (at: string, says: string): string => `${at}, ${says}`,
		scale: (end: string): string => `The scale reaches from −${end} to ${end}.`
	},
	histogram: {
		latency: 'Latency',
		scale: 'ms, on a log scale',
		percent: (percent: string): string => `${percent}%`,
		mark: (name: string, value: string): string => `${name} ${value}`,
		unsure: (mark: string): string => `${mark}, too few`,
		of: (lane: string, words: string): string => `${lane} ${words}`,
		never: (count: string, all: string, percent: string): string => `${count} of ${all}, ${percent} %`,
		underTenth: '< 0.1',
		lane: (label: string, marks: string, never: string): string =>
			`${label}: ${marks}; never answered ${never}`,
		told: (title: string, lanes: string): string => `${title}. ${lanes}.`,
		from: 'Latency from, ms',
		requests: (label: string): string => `${label}, requests`,
		bin: (from: string, to: string): string => `${from} to ${to}`,
		neverAnswered: 'never answered',
		note: (never: string): string =>
			`Never answered: ${never}. They count as slower than any answer, so turning people away cannot make p99 look better.`
	},
	heat: {
		toCome: 'to come',
		unstable: 'grows without end',
		known: (value: string, give: string): string => `${value} ± ${give}`,
		give: (give: string): string => `± ${give}`,
		cell: (label: string, at: string, value: string): string => `${label}, ${at}: ${value}`,
		note: (axis: string): string =>
			`${axis} along the bottom. The fuller the colour, the more; ∞ grows without end; no ± where it cannot be known.`
	},
	rows: {
		inFlight: 'in flight',
		waiting: 'waiting at the server',
		reach: (most: number): string => `rows reach to ${String(most)}`,
		gone: 'not there',
		stand: (inFlight: number, waiting: number): string =>
			`${String(inFlight)} in flight, ${String(waiting)} waiting`,
		told: (title: string, at: string, rows: string): string => `${title}, at ${at}. ${rows}.`,
		inFlightOf: (server: string): string => `${server} in flight`,
		waitingOf: (server: string): string => `${server} waiting`
	},
	load: {
		server: 'Server',
		busy: (label: string): string => `${label}, % busy`,
		percent: (percent: string): string => `${percent} %`,
		idle: 'nothing done yet',
		evenness: (jain: string, peak: string): string => `Jain’s index ${jain}, the busiest ${peak} × the mean`
	}
};
