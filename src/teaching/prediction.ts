import type { Lane, NumberPrediction, Prediction, RankPrediction } from './lesson.ts';
import { measures } from './measure.ts';

/** What a learner said before the run: the lanes' ids in order, best first, or a number in the measure's unit. */
export type Guess = readonly string[] | number;

/** What each lane measured, in the measure's own unit. */
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
	if (prediction.kind === 'rank' && typeof guess !== 'number') {
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

/** Like subtraction, but two values of Infinity are equal. */
function compare(a = NaN, b = NaN): number {
	return a === b ? 0 : a < b ? -1 : 1;
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
	return text.replace(/\{([\w-]+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}

/** The placeholders a reply may use: `guess`, `measured` and the lanes' ids. */
export function unknownPlaceholders(
	{ replies }: Prediction,
	lanes: readonly Pick<Lane, 'id'>[]
): readonly string[] {
	const known = new Set(['guess', 'measured', ...lanes.map(({ id }) => id)]);
	return Object.values(replies).flatMap((text) =>
		[...text.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '').filter((name) => !known.has(name))
	);
}
