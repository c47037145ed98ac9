import { shelf } from '#balancer/strategies/index.ts';
import type { Doubt } from '#record/estimate/estimate.ts';
import { type Figure, figures } from '#record/estimate/figures.ts';
import type { Summary } from '#simulator/summary.ts';
import { rangeOf } from './forms.ts';
import type { Metric, Report, StrategyReport } from './report.ts';

/** For people: who ran, on how much each number rests, the numbers with their intervals, and what is to be doubted. */
export function tableOf({ strategies, differences }: Report): string {
	const [first] = strategies;
	if (first === undefined) return '';
	const heads = [
		...strategies.map(({ strategy }) => strategy),
		...differences.map(({ strategy, against }) => `${strategy} − ${against}`)
	];
	const cells = [...strategies, ...differences].map(({ metrics }) => metrics);
	const rows = figures.map((figure) => [
		`${figure.title} (${unitOf(figure)})`,
		...cells.map((metrics) => cellOf(metrics[figure.name]))
	]);
	const further = furtherRows.flatMap(({ title, of }) => {
		const values = strategies.map(({ runs }) => meanOf(runs.map(of)));
		if (!values.some((value) => value > 0)) return [];
		const shown = values.map((value) =>
			Number.isNaN(value) ? 'none' : digits(value, decimalsOf(value / 10))
		);
		return [[title, ...shown, ...differences.map(() => '')]];
	});
	const doubts = new Set(cells.flatMap((metrics) => figures.map(({ name }) => metrics[name].doubt)));
	return [
		...strategies.flatMap(headOf),
		'',
		...aligned([['', ...heads], ...rows, ...further]),
		'',
		`  ± is a 95 % interval: ${groupsOf(first)}${differences.length > 0 ? '; differences are paired, on the same arrivals and work' : ''}.`,
		'  Means are of the requests answered well, percentiles of all: a failed one counts as never answered.',
		...Object.entries(explained)
			.filter(([doubt]) => doubts.has(doubt as Doubt))
			.map(([doubt, sentence]) => `  ${doubt}: ${sentence}`),
		...strategies.flatMap(({ runs }) =>
			strategies.length === 1 && runs.length === 1 ? runs.flatMap(detailsOf) : []
		)
	].join('\n');
}

/** What has no interval: shown as the mean of the runs, and only where there was any. */
const furtherRows: readonly { readonly title: string; readonly of: (summary: Summary) => number | null }[] = [
	{ title: 'attempts a request', of: ({ amplification }) => amplification },
	{ title: 'hedges', of: ({ hedges }) => hedges },
	{ title: 'work in vain (s)', of: ({ wastedMs }) => wastedMs / 1000 },
	{ title: 'sessions missed', of: ({ sessionMisses }) => sessionMisses },
	{
		title: 'stale reads (%)',
		of: ({ reads, staleReads }) => (reads === 0 ? null : (100 * staleReads) / reads)
	},
	{ title: 'fairness of load (Jain)', of: ({ jain }) => jain },
	{ title: 'load, peak over mean', of: ({ peakToMean }) => peakToMean }
];

/** Of the runs that have it; NaN when none has. */
function meanOf(values: readonly (number | null)[]): number {
	const known = values.filter((value) => value !== null);
	return known.reduce((sum, value) => sum + value, 0) / known.length;
}

const explained: Readonly<Record<Doubt, string>> = {
	few: 'too few requests or runs for an interval; ask for more with --requests or --seeds.',
	short:
		'neighbouring requests met the same queue, so this run cannot know its interval yet; ask for more with --requests.',
	never: 'so many failed that some part or run never came to this figure.',
	unstable:
		'as much comes as can be served, or more (ρ ≥ 1), so this grows for as long as one looks; lower the traffic or add servers.'
};

function headOf(report: StrategyReport): string[] {
	const { strategy, knobs, seeds, warmUpMs, durationMs, n, settledMs, offeredLoad, diverged } = report;
	const turned = Object.entries(knobs).map(([knob, value]) => `${knob}=${String(value)}`);
	const load = offeredLoad === null ? '' : `, offered load ρ = ${offeredLoad.toFixed(2)}`;
	const settled =
		settledMs === null
			? 'the latency has not settled within its first half (MSER-5)'
			: settledMs > warmUpMs
				? `the latency had settled only after ${seconds(settledMs)} (MSER-5): see --warm-up`
				: `the latency had settled by then (MSER-5)`;
	return [
		`${shelf[strategy].title}${turned.length > 0 ? ` (${turned.join(', ')})` : ''}, ${seeds.length > 1 ? 'seeds' : 'seed'} ${rangeOf(seeds)}`,
		`  n = ${count(n)} requests answered that were sent from ${seconds(warmUpMs)} to ${seconds(durationMs)}${load}`,
		`  warm-up ${seconds(warmUpMs)}: ${settled}`,
		...(diverged > 0
			? [
					`  ${diverged === seeds.length ? 'stopped' : `${String(diverged)} runs were stopped`}: ever more requests were on their way, and no end to it; what was measured until then is below`
				]
			: [])
	];
}

function groupsOf({ seeds }: StrategyReport): string {
	return seeds.length > 1
		? `Student’s t over ${String(seeds.length)} runs with a seed each`
		: 'the batch means of one run, 20 to 40 batches';
}

/** As many digits as the interval leaves meaning to. */
function cellOf({ value, halfWidth, doubt }: Metric): string {
	if (doubt === 'unstable') return 'unstable';
	if (value === null) return 'none';
	if (value === 'never') return 'never';
	if (halfWidth === null) return `${digits(value, decimalsOf(value / 100))} (${doubt ?? 'few'})`;
	const decimals = decimalsOf(halfWidth === 0 ? value / 1000 : halfWidth);
	return `${digits(value, decimals)} ± ${digits(halfWidth, decimals)}`;
}

/** Decimals that show two digits of a number. */
function decimalsOf(number: number): number {
	const size = Math.abs(number);
	return size === 0 ? 0 : Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(size))));
}

function digits(value: number, decimals: number): string {
	return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function unitOf({ unit }: Figure): string {
	return unit === '1/s' ? 'a second' : unit;
}

/** The first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	return rows.map((row) =>
		row
			.map((cell, column) =>
				column === 0 ? `  ${cell.padEnd(widths[0] ?? 0)}` : cell.padStart(widths[column] ?? 0)
			)
			.join('   ')
	);
}

/** Of a single run: its failures, its servers, its log. */
function detailsOf({ failures, servers, fingerprint }: Summary): string[] {
	const reasons = Object.entries(failures).map(([reason, number]) => `${count(number)} ${reason}`);
	const shown = servers.slice(0, 32);
	return [
		'',
		...(reasons.length > 0 ? [`  failures  ${reasons.join(', ')}`] : []),
		...shown.map(
			({ id, picked, failed, load }) =>
				`  ${id.padEnd(8)}  picked ${count(picked)}, failed ${count(failed)}, busy ${digits(100 * load, 1)} %`
		),
		...(servers.length > shown.length
			? [`  … and ${String(servers.length - shown.length)} more servers; --json has them all`]
			: []),
		`  log       ${fingerprint}`
	];
}

const count = (value: number): string => value.toLocaleString('en');
const seconds = (ms: number): string => `${(ms / 1000).toLocaleString('en', { maximumFractionDigits: 3 })} s`;
