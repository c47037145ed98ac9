import { simulate } from '#simulator/simulate.ts';
import { judge } from '#teaching/goal.ts';
import type { Lesson } from '#teaching/lesson.ts';
import { measures } from '#teaching/measure.ts';
import type { Unit } from '#view/chart/format.ts';
import type { Series } from '#view/chart/series.ts';
import { lessonWords } from '#words/lesson.ts';
import { numberWords } from '#words/number.ts';
import { chartOf, columnsOf, since } from './chart.ts';
import { looksOf } from './looks.ts';

const say = lessonWords.final;

/** What the runs of a lesson come to: its chart, and its numbers in tables. */
export interface FinalFigures {
	readonly title: string;
	readonly unit: Unit;
	readonly series: readonly Series[];
	readonly to: number;
	readonly tables: readonly {
		readonly title: string;
		readonly columns: readonly string[];
		readonly rows: readonly {
			readonly label: string;
			/** The colour of its line in the chart, where it has one. */
			readonly colour?: string;
			readonly cells: readonly string[];
		}[];
	}[];
}

/** Runs every lane, and the three settings of the goal, to their end. */
export function finalFigures(lesson: Lesson): FinalFigures {
	const chart = chartOf(lesson, true);
	const columns = columnsOf(lesson, true);
	const looks = looksOf(lesson.run.lanes);
	const lanes = lesson.run.lanes.map(({ label, scenario }, lane) => {
		const { metrics } = simulate(scenario);
		const look = looks[lane] ?? { id: label, label, colour: 'var(--ink)' };
		return {
			series: coarse(chart.seriesOf(metrics, look)),
			row: {
				label,
				colour: look.colour,
				cells: [
					...columns.map((column) => measures[column].show(measures[column].of(metrics, scenario))),
					numberWords(metrics.n)
				]
			}
		};
	});
	const settings = [
		[say.start, lesson.start],
		[say.solution, lesson.solution],
		[say.ablation, lesson.ablation]
	] as const;
	return {
		title: chart.title,
		unit: chart.unit,
		series: lanes.map(({ series }) => series),
		to: Math.max(...lesson.run.lanes.map(({ scenario }) => scenario.durationMs)),
		tables: [
			{
				title: say.whole(lessonWords.table.whole(since(lesson)), lesson.goal.seed),
				columns: [...columns.map((column) => measures[column].title), lessonWords.table.n],
				rows: lanes.map(({ row }) => row)
			},
			{
				title: say.goal,
				columns: lesson.goal.objectives.map(({ label, measure }) =>
					say.measured(label, measures[measure].title)
				),
				rows: settings.map(([label, { scenario }]) => ({
					label,
					cells: judge(simulate(scenario).metrics, scenario, lesson.goal).objectives.map(
						({ shown, met, limit, objective }) =>
							met ? say.met(shown) : objective.measure === 'servers' ? shown : say.missed(shown, limit)
					)
				}))
			}
		]
	};
}

/** Three digits are more than a line can show; the page that carries them is lighter. */
function coarse(series: Series): Series {
	const brief = (value: number): number => (Number.isFinite(value) ? Number(value.toPrecision(3)) : value);
	return { ...series, points: series.points.map((point) => ({ ...point, value: brief(point.value) })) };
}
