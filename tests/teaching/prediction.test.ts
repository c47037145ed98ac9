import { expect, test } from 'vitest';
import { readScenario } from '#simulator/scenario.ts';
import type { CurvePrediction, Lane, NumberPrediction, RankPrediction } from '#teaching/lesson.ts';
import { fits, score, unknownPlaceholders } from '#teaching/prediction.ts';

const scenario = readScenario({ servers: [{ id: 'A' }] });
const lanes: Lane[] = [
	{ id: 'wheel', label: 'Round robin', scenario },
	{ id: 'counts', label: 'Least connections', scenario },
	{ id: 'lots', label: 'Random', scenario }
];
const replies = { right: 'right {guess}', close: 'close {guess} / {measured}', off: 'off {guess} / {wheel}' };
const rank: RankPrediction = { kind: 'rank', question: '?', measure: 'p95', replies };
const number: NumberPrediction = {
	kind: 'number',
	question: '?',
	measure: 'p99',
	lane: 'wheel',
	min: 0,
	max: 2000,
	step: 10,
	initial: 100,
	rightWithin: 0.1,
	closeWithin: 0.3,
	replies
};
const measured = { wheel: 300, counts: 330, lots: 1200 };

test.each([
	[['wheel', 'counts', 'lots'], 'right', 'right Round robin, Least connections, Random'],
	[
		['counts', 'wheel', 'lots'],
		'close',
		'close Least connections, Round robin, Random / Round robin, Least connections, Random'
	],
	[['lots', 'wheel', 'counts'], 'off', 'off Random, Round robin, Least connections / 300 ms'],
	[['lots', 'counts', 'wheel'], 'off', 'off Random, Least connections, Round robin / 300 ms']
])('the ranking %j is %s', (guess, outcome, reply) => {
	expect(score(rank, guess, measured, lanes)).toEqual({ outcome, reply });
});

test('lanes that measure nearly the same may be ranked either way', () => {
	const near = { wheel: 300, counts: 305, lots: 1200 };
	expect(score(rank, ['counts', 'wheel', 'lots'], near, lanes).outcome).toBe('right');
});

test('a lane that never answers ranks last, and is tied only with another such', () => {
	const one = { wheel: 300, counts: Infinity, lots: 1200 };
	expect(score(rank, ['wheel', 'counts', 'lots'], one, lanes).outcome).toBe('close');
	const two = { wheel: 300, counts: Infinity, lots: Infinity };
	expect(score(rank, ['wheel', 'lots', 'counts'], two, lanes).outcome).toBe('right');
});

test('where higher is better the greatest value ranks first', () => {
	const shares = { wheel: 0.9, counts: 1, lots: 0.5 };
	expect(score({ ...rank, measure: 'ok-share' }, ['counts', 'wheel', 'lots'], shares, lanes).outcome).toBe(
		'right'
	);
});

test.each([
	[300, 'right'],
	[330, 'right'],
	[331, 'close'],
	[390, 'close'],
	[391, 'off'],
	[200, 'off']
])('a guess of %d for 300 is %s', (guess, outcome) => {
	expect(score(number, guess, measured, lanes).outcome).toBe(outcome);
});

test('a number gets its own reply, with the guess and the measured value in their unit', () => {
	expect(score(number, 390, measured, lanes).reply).toBe('close 390 ms / 300 ms');
});

test('a guess of the other kind is refused', () => {
	expect(() => score(rank, 7, measured, lanes)).toThrow(RangeError);
});

test('unknownPlaceholders finds what no run will fill in', () => {
	const wrong = { ...rank, replies: { ...replies, off: '{guess} {weel}' } };
	expect(unknownPlaceholders(wrong, lanes)).toEqual(['weel']);
	expect(unknownPlaceholders(rank, lanes)).toEqual([]);
});

const curve: CurvePrediction = {
	kind: 'curve',
	question: '?',
	measure: 'p95',
	axis: 'workers',
	points: [
		{ x: 3, run: 'wheel', given: true },
		{ x: 2, run: 'counts', given: false },
		{ x: 1, run: 'lots', given: false }
	],
	min: 0,
	max: 2000,
	step: 10,
	rightWithin: 0.2,
	closeWithin: 0.4,
	replies: { right: 'right', close: 'close {guess}', off: 'off {guess} / {measured} / {counts}' }
};

test.each([
	[[300, 330, 1200], 'right', 'right'],
	[[0, 300, 1000], 'right', 'right'],
	[[300, 300, 800], 'close', 'close 800 ms'],
	[[300, 300, 300], 'off', 'off 300 ms / 1.20 s / 330 ms']
])(
	'the curve %j is %s: the point that is furthest off decides, and given points do not count',
	(guess, outcome, reply) => {
		expect(score(curve, guess, measured, lanes)).toEqual({ outcome, reply });
	}
);

test('a value above the drawing is met at its top', () => {
	expect(score(curve, [300, 330, 2000], { ...measured, lots: Infinity }, lanes).outcome).toBe('right');
});

test('a guess fits its prediction only when the lesson still asks that', () => {
	expect(fits(curve, [1, 2, 3], lanes)).toBe(true);
	expect(fits(curve, [1, 2], lanes)).toBe(false);
	expect(fits(curve, 5, lanes)).toBe(false);
	expect(fits(rank, ['lots', 'counts', 'wheel'], lanes)).toBe(true);
	expect(fits(rank, ['lots', 'counts', 'turns'], lanes)).toBe(false);
	expect(fits(number, 5, lanes)).toBe(true);
});
