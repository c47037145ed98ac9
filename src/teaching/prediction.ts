import type { CurvePrediction, Lane, NumberPrediction, Prediction, RankPrediction } from './lesson.ts';
import { measures } from './measure.ts';

/** What a learner said before the run: the lanes' ids in order, best first; a number, or one for each point of a curve, in the measure's unit. */
export type Guess = readonly string[] | readonly number[] | number;

export const isCurve = (guess: Guess): guess is readonly number[] =>
	typeof guess === 'object' && guess.every((one) => typeof one === 'number') && guess.length > 0;
export const isOrder = (guess: Guess): guess is readonly string[] =>
	typeof guess === 'object' && guess.every((one) => typeof one === 'string');

/** Is this a guess that the prediction can be answered with? A lesson may have changed since it was kept. */
export function fits(prediction: Prediction, guess: Guess, lanes: readonly Pick<Lane, 'id'>[]): boolean {
	switch (prediction.kind) {
		case 'number':
			return typeof guess === 'number';
		case 'rank':
			return isOrder(guess) && guess.length === lanes.length && lanes.every(({ id }) => guess.includes(id));
		case 'curve':
			return isCurve(guess) && guess.length === prediction.points.length;
	}
}

/** What each lane measured, or each run of a curve's points, in the measure's own unit. */
export type MeasuredLanes = Readonly<Record<string, number>>;

export interface Scored {
	readonly outcome: 'right' | 'close' | 'off';
	/** The answer to the learner's own guess, ready to show. */
	readonly reply: string;
}

/** Two lanes that lie this close together (as a share) may be ranked either way. */
const tie = 0.03;

/** Compare a guess with what the lanes measured. @throws RangeError when guess and prediction are not of one kind. */
export function score(
	prediction: Prediction,
	guess: Guess,
	measured: MeasuredLanes,
	lanes: readonly Lane[]
): Scored {
	const { show } = measures[prediction.measure];
	const labels = new Map(lanes.map(({ id, label }) => [id, label]));
	const inOrder = (ids: readonly string[]): string => ids.map((id) => labels.get(id) ?? id).join(', ');
	const values = Object.fromEntries(Object.entries(measured).map(([id, value]) => [id, show(value)]));
	if (prediction.kind === 'rank' && isOrder(guess)) {
		const truth = ranked(prediction, measured);
		const outcome = scoreRank(prediction, guess, measured);
		return {
			outcome,
			reply: filled(prediction.replies[outcome], {
				...values,
				guess: inOrder(guess),
				measured: inOrder(truth)
			})
		};
	}
	if (prediction.kind === 'number' && typeof guess === 'number') {
		const value = measured[prediction.lane] ?? NaN;
		const outcome = scoreNumber(prediction, guess, value);
		return {
			outcome,
			reply: filled(prediction.replies[outcome], { ...values, guess: show(guess), measured: show(value) })
		};
	}
	if (prediction.kind === 'curve' && isCurve(guess)) {
		const outcome = scoreCurve(prediction, guess, measured);
		const [last] = prediction.points.slice(-1);
		return {
			outcome,
			reply: filled(prediction.replies[outcome], {
				...values,
				guess: show(guess.at(-1) ?? NaN),
				measured: show(measured[last?.run ?? ''] ?? NaN)
			})
		};
	}
	throw new RangeError(
		`A ${prediction.kind} prediction cannot be compared with ${JSON.stringify(guess)}: ask for the guess again.`
	);
}

/** The lanes as the run ranked them, best first. */
export function ranked({ measure }: RankPrediction, measured: MeasuredLanes): readonly string[] {
	const sign = measures[measure].better === 'lower' ? 1 : -1;
	return Object.keys(measured).toSorted((a, b) => compare(measured[a], measured[b]) * sign);
}

/** Right when no pair is the wrong way round, close when one is. */
function scoreRank(
	{ measure }: RankPrediction,
	guess: readonly string[],
	measured: MeasuredLanes
): Scored['outcome'] {
	const sign = measures[measure].better === 'lower' ? 1 : -1;
	let wrong = 0;
	guess.forEach((better, index) => {
		for (const worse of guess.slice(index + 1)) {
			const a = measured[better] ?? NaN;
			const b = measured[worse] ?? NaN;
			const tied = Math.abs(a - b) <= tie * Math.min(Math.abs(a), Math.abs(b));
			if (!tied && compare(a, b) * sign > 0) wrong++;
		}
	});
	return wrong === 0 ? 'right' : wrong === 1 ? 'close' : 'off';
}

function scoreNumber(
	{ rightWithin, closeWithin }: NumberPrediction,
	guess: number,
	value: number
): Scored['outcome'] {
	const away = Math.abs(guess - value);
	if (away <= rightWithin * Math.abs(value)) return 'right';
	return away <= closeWithin * Math.abs(value) ? 'close' : 'off';
}

/** By the point that is furthest off, so that a level line is no match for a bend; beyond the drawing's range all values are alike. */
function scoreCurve(
	{ points, max, rightWithin, closeWithin }: CurvePrediction,
	guess: readonly number[],
	measured: MeasuredLanes
): Scored['outcome'] {
	const off = points.map(({ run, given }, index) => {
		const value = Math.min(max, measured[run] ?? NaN);
		return given ? 0 : Math.abs((guess[index] ?? NaN) - value) / value;
	});
	const furthest = Math.max(...off);
	if (furthest <= rightWithin) return 'right';
	return furthest <= closeWithin ? 'close' : 'off';
}

/** Like subtraction, but two values of Infinity are equal. */
function compare(a = NaN, b = NaN): number {
	return a === b ? 0 : a < b ? -1 : 1;
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
	return text.replace(/\{([\w-]+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}

/** Placeholders in the replies that nothing fills: known are `guess`, `measured`, the lanes' ids and the runs of a curve. */
export function unknownPlaceholders(
	prediction: Prediction,
	lanes: readonly Pick<Lane, 'id'>[]
): readonly string[] {
	const { replies } = prediction;
	const runs =
		prediction.kind === 'curve' ? prediction.points.map(({ run }) => run) : lanes.map(({ id }) => id);
	const known = new Set(['guess', 'measured', ...runs]);
	return Object.values(replies).flatMap((text) =>
		[...text.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '').filter((name) => !known.has(name))
	);
}
