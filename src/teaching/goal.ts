import type { Scenario } from '#simulator/scenario.ts';
import type { Goal, Objective } from './lesson.ts';
import { measures, type Measured } from './measure.ts';

/** A goal's verdict on one run. */
export interface Judgement {
	/** All objectives are met. */
	readonly met: boolean;
	readonly objectives: readonly JudgedObjective[];
}

export interface JudgedObjective {
	readonly objective: Objective;
	readonly value: number;
	readonly met: boolean;
	/** The room left in the measure's own unit; below 0 is what is missing, `-Infinity` where requests were never answered. */
	readonly margin: number;
	/** The margin as a share of the limit; the margin itself where the limit is 0. */
	readonly room: number;
	/** The value as a page shows it: `1.07 s`. */
	readonly shown: string;
	/** The limit as a page shows it: `at most 1.20 s`. */
	readonly limit: string;
}

/** Judge a run, at its end or on the way. A value that is not known yet (NaN) meets nothing. */
export function judge(metrics: Measured, scenario: Scenario, goal: Pick<Goal, 'objectives'>): Judgement {
	const objectives = goal.objectives.map((objective) => judgeOne(metrics, scenario, objective));
	return { met: objectives.every(({ met }) => met), objectives };
}

function judgeOne(metrics: Measured, scenario: Scenario, objective: Objective): JudgedObjective {
	const { of, show } = measures[objective.measure];
	const value = of(metrics, scenario);
	const upper = objective.atMost !== undefined;
	const limit = objective.atMost ?? objective.atLeast ?? NaN;
	const margin = upper ? limit - value : value - limit;
	return {
		objective,
		value,
		met: margin >= 0,
		margin,
		room: limit === 0 ? margin : margin / limit,
		shown: show(value),
		limit: `${upper ? 'at most' : 'at least'} ${show(limit)}`
	};
}
