import type { Metrics } from '#record/metrics.ts';
import type { Lesson } from '#teaching/lesson.ts';
import type { Measure } from '#teaching/measure.ts';
import {
	clock,
	milliseconds,
	percent,
	perSecond,
	requests,
	sessions,
	type Unit
} from '#view/chart/format.ts';
import type { Series } from '#view/chart/series.ts';
import { lessonWords } from '#words/lesson.ts';
import {
	busiestSoFar,
	countSeries,
	failedSoFar,
	latencySeries,
	missedSoFar,
	shareSoFar
} from '../../series.ts';

const say = lessonWords.charts;

type Look = Omit<Series, 'points'>;

/** How a lesson draws what it asks about, second by second. */
export interface MeasureChart {
	readonly measure: Measure;
	readonly title: string;
	readonly unit: Unit;
	readonly seriesOf: (metrics: Metrics, look: Look) => Series;
	/** Chart units in one unit of the measure. */
	readonly factor: number;
	/** The line ends at what the whole run measures, so a guess of that can be drawn beside it. */
	readonly ends: boolean;
	/** It counts from the end of the warm-up on, and says so. */
	readonly counted?: true;
}

const latency = (percentile: 'p50' | 'p95' | 'p99'): MeasureChart => ({
	measure: percentile,
	title: say.latency(percentile),
	unit: milliseconds,
	seriesOf: (metrics, look) => latencySeries(metrics, percentile, look),
	factor: 1,
	ends: true
});
const p95 = latency('p95');

const charts: readonly MeasureChart[] = [
	latency('p50'),
	p95,
	latency('p99'),
	{
		measure: 'failed',
		title: say.failed,
		unit: requests,
		seriesOf: failedSoFar,
		factor: 1,
		ends: true,
		counted: true
	},
	{
		measure: 'ok-share',
		title: say.answered,
		unit: percent,
		seriesOf: shareSoFar,
		factor: 100,
		ends: true,
		counted: true
	},
	{
		measure: 'session-misses',
		title: say.missed,
		unit: sessions,
		seriesOf: missedSoFar,
		factor: 1,
		ends: true,
		counted: true
	},
	{
		measure: 'busiest-share',
		title: say.busiest,
		unit: percent,
		seriesOf: busiestSoFar,
		factor: 100,
		ends: true
	},
	{
		measure: 'goodput',
		title: say.goodput,
		unit: perSecond,
		seriesOf: (metrics, look) => countSeries(metrics, 'ok', look),
		factor: 1,
		ends: false
	}
];

/** What the lesson asks about: its prediction in the comparison, its objectives at the goal. */
export function askedIn({ prediction, goal }: Lesson, comparing: boolean): readonly Measure[] {
	const aims = goal.objectives.map(({ measure }) => measure);
	return comparing ? [prediction.measure] : aims;
}

/** From when on whole runs are counted, as the clock shows it; undefined where that is the beginning. */
export function since({ start }: Lesson): string | undefined {
	const { warmUpMs } = start.scenario;
	return warmUpMs > 0 ? clock(warmUpMs) : undefined;
}

/** The chart of the first asked measure that goes on through a run; p95 where none does. */
export function chartOf(lesson: Lesson, comparing: boolean): MeasureChart {
	const asked = [...askedIn(lesson, comparing), ...askedIn(lesson, !comparing)];
	const found = asked.flatMap((measure) => charts.find((chart) => chart.measure === measure) ?? []);
	// A count of failures is for a lesson that asks about it before the run; a goal's "none" would be an empty picture.
	const [first] = comparing ? found : found.filter(({ measure }) => measure !== 'failed');
	const chart = first ?? p95;
	const from = since(lesson);
	return chart.counted && from !== undefined ? { ...chart, title: say.since(chart.title, from) } : chart;
}

/** Columns of the table of whole runs: what is asked, p50 to compare it with, and the failed. */
export function columnsOf(lesson: Lesson, comparing: boolean): readonly Measure[] {
	// These two are settings: the same in every run of a lane.
	const asked = askedIn(lesson, comparing).filter((one) => one !== 'servers' && one !== 'report-interval');
	return [...new Set<Measure>(['p50', chartOf(lesson, comparing).measure, ...asked, 'failed'])].slice(0, 5);
}
