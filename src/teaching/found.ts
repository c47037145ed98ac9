import { InputError } from '#record/input.ts';
import { lessonRuns } from './figure.ts';
import { followed } from './follow.ts';
import { scenariosOf, type Lesson } from './lesson.ts';
import { measures } from './measure.ts';
import type { CompiledLesson } from './module.ts';
import { findStop, unfilled, type FoundStop, type Stop } from './stop.ts';

/** Every moment at which a run of the lesson stops. @throws InputError for one that never comes. */
export function stopsOf(lesson: Lesson, dataFile: string): CompiledLesson['stops'] {
	const found = (where: string, scenario: Lesson['start']['scenario'] | undefined, stop: Stop): FoundStop => {
		const stops = scenario && findStop(scenario, stop);
		const asked = stop.first === undefined ? `at ${String(stop.at)} ms` : `"first: ${stop.first}"`;
		if (stops === undefined) {
			throw new InputError(
				`${dataFile}: ${where} has a stop ${asked} that never comes in this run: choose another moment.`
			);
		}
		const [unknown] = unfilled(stops);
		if (unknown !== undefined) {
			throw new InputError(
				`${dataFile}: ${where} has a stop whose caption has ${unknown}, which nothing fills: name its server, or leave it out.`
			);
		}
		return stops;
	};
	const inCase = (name: 'start' | 'solution' | 'ablation'): FoundStop[] =>
		lesson[name].stops.map((stop) => found(name, lesson[name].scenario, stop));
	const inLanes = lesson.run.stops.map((stop) =>
		found('run', lesson.run.lanes.find(({ id }) => id === stop.lane)?.scenario, stop)
	);
	const inTurn = (stops: FoundStop[]): FoundStop[] => stops.toSorted((a, b) => a.at - b.at);
	return {
		compare: inTurn(inLanes),
		goal: inTurn(inCase('start')),
		solution: inTurn(inCase('solution')),
		ablation: inTurn(inCase('ablation'))
	};
}

/** The request that the explanation follows. @throws InputError when there is none like it. */
export function followedIn(lesson: Lesson, dataFile: string): CompiledLesson['followed'] {
	const { follow } = lesson;
	const scenario = follow && scenariosOf(lesson)[follow.run];
	if (follow === undefined || scenario === undefined) return undefined;
	const life = followed(scenario, follow);
	if (life === undefined) {
		throw new InputError(
			`${dataFile}: follow finds no such request in ${follow.run}: choose another instant.`
		);
	}
	return { life, hopMs: scenario.network.hopMs };
}

/** What the runs of a curve's points measure; undefined for other predictions. */
export function curveOf(lesson: Lesson): CompiledLesson['curve'] {
	const { prediction } = lesson;
	if (prediction.kind !== 'curve') return undefined;
	const runs = lessonRuns(lesson);
	const { of } = measures[prediction.measure];
	return Object.fromEntries(
		prediction.points.flatMap(({ run: name }) => {
			const run = runs(name);
			return run === undefined ? [] : [[name, of(run.metrics, run.scenario)]];
		})
	);
}
