import { simulate } from '#simulator/simulate.ts';
import { judge, type Judgement } from './goal.ts';
import type { Lesson } from './lesson.ts';

export const caseNames = ['start', 'solution', 'ablation'] as const;
export type CaseName = (typeof caseNames)[number];

/** How often the start, the solution and the ablation of a lesson met its goal. */
export interface LessonCheck {
	/** Start never, solution always, ablation never: the lesson's lever decides its goal. */
	readonly holds: boolean;
	readonly cases: Readonly<Record<CaseName, CaseCheck>>;
}

export interface CaseCheck {
	readonly met: number;
	readonly runs: number;
	/** The verdict on the goal's own seed. */
	readonly own: Judgement;
	readonly objectives: readonly ObjectiveCheck[];
}

/** Margins in the measure's unit; below 0 the objective is missed, `-Infinity` where requests were never answered. */
export interface ObjectiveCheck {
	readonly label: string;
	readonly met: number;
	readonly least: number;
	readonly median: number;
	readonly greatest: number;
}

/** Run the three cases on every seed. The goal's own seed is judged too, whether it is among them or not. */
export function checkLesson(lesson: Lesson, seeds: readonly number[]): LessonCheck {
	const cases = Object.fromEntries(caseNames.map((name) => [name, checkCase(lesson, name, seeds)])) as Record<
		CaseName,
		CaseCheck
	>;
	const never = ({ met, own }: CaseCheck): boolean => met === 0 && !own.met;
	const { start, solution, ablation } = cases;
	const always = solution.met === solution.runs && solution.own.met;
	return { holds: never(start) && always && never(ablation), cases };
}

function checkCase(lesson: Lesson, name: CaseName, seeds: readonly number[]): CaseCheck {
	const { scenario } = lesson[name];
	const verdict = (seed: number): Judgement => judge(simulate(scenario, seed).metrics, scenario, lesson.goal);
	const verdicts = seeds.map(verdict);
	return {
		met: verdicts.filter(({ met }) => met).length,
		runs: seeds.length,
		own: verdict(lesson.goal.seed),
		objectives: lesson.goal.objectives.map(({ label }, index) => {
			const judged = verdicts.flatMap(({ objectives }) => objectives[index] ?? []);
			const margins = judged.map(({ margin }) => margin).toSorted((a, b) => (a === b ? 0 : a - b));
			const at = (share: number): number => margins[Math.round(share * (margins.length - 1))] ?? NaN;
			return {
				label,
				met: judged.filter(({ met }) => met).length,
				least: at(0),
				median: at(0.5),
				greatest: at(1)
			};
		})
	};
}
