import { expect, test } from 'vitest';
import type { Frame } from '#view/shelf/exhibit.ts';
import { colourTokens, grouped, groupOf, strategyColour } from '#view/shelf/groups.ts';
import { movesBetween } from '#view/shelf/keys.ts';
import { lanesOf, rollShape } from '#view/shelf/roll.ts';
import { roundOf, wheelShape } from '#view/shelf/wheel.ts';
import { movesWords, stepWords } from '#view/shelf/words.ts';
import { belief } from '#view/stage/words.ts';

const letters = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0) - 65);

test('roundOf finds the shortest round, and after how many picks it began', () => {
	expect(roundOf(letters('ABCABCABCABC'))).toEqual({ turns: letters('ABC'), settled: 0 });
	expect(roundOf(letters('AAAAAA'))).toEqual({ turns: letters('A'), settled: 0 });
	expect(roundOf(letters('DABACABACABACABAC'))).toEqual({ turns: letters('ABAC'), settled: 1 });
});

test('roundOf finds none in what never comes again, or not often enough', () => {
	expect(roundOf(letters('ABABCABCD'))).toBeUndefined();
	expect(roundOf(letters('ABCDABCD'))).toBeUndefined();
	expect(roundOf([])).toBeUndefined();
});

test('wheelShape has a segment a turn, with the one that is on now on top', () => {
	const spokes = wheelShape({ turns: [0, 1, 2, 0], settled: 0 }, 1, { inner: 50, outer: 100 });
	expect(spokes.map(({ server }) => server)).toEqual([0, 1, 2, 0]);
	const top = spokes.toSorted((a, b) => a.y - b.y)[0];
	expect(top?.turn).toBe(1);
	expect(top?.x).toBeCloseTo(0);
	expect(top?.y).toBeCloseTo(-75);
});

test('lanesOf lays side by side what is in flight together, and reuses a lane that is free', () => {
	const notes = [
		{ server: 0, from: 0, to: 10 },
		{ server: 0, from: 5, to: 20 },
		{ server: 1, from: 6, to: 9 },
		{ server: 0, from: 10, to: 12 }
	];
	expect(lanesOf(notes)).toEqual([0, 1, 0, 0]);
});

test('rollShape draws a line and a head for each request, inside its own staff', () => {
	const notes = Array.from({ length: 9 }, (_, i) => ({ server: 1, from: i, to: 100 }));
	const { lines, heads } = rollShape(notes, { rows: 3, end: 50, row: 10, width: 1000 });
	const ys = [...lines.matchAll(/M[\d.]+ ([\d.]+)H([\d.]+)/g)].map(([, y, x]) => [Number(y), Number(x)]);
	expect(ys).toHaveLength(9);
	expect(heads.match(/h0/g)).toHaveLength(9);
	for (const [y = 0, x = 0] of ys) {
		expect(y).toBeGreaterThan(10);
		expect(y).toBeLessThan(20);
		expect(x, 'What lasts longer than the piece ends at its edge').toBe(1000);
	}
});

test('movesBetween tells moves that had to be from those that had not', () => {
	// B (1) goes: its two keys must move; the last one moves from A to C for nothing.
	expect(movesBetween([0, 1, 1, 2, 0], [0, 0, 2, 2, 2], 1)).toEqual({ moved: 3, had: 2 });
	expect(movesBetween([0, 2], [1, 2], 1)).toEqual({ moved: 1, had: 1 });
});

test('groupOf goes by the name, and grouped keeps the order of the shelf', () => {
	expect(groupOf('two-choices')).toBe('Textbook');
	expect(groupOf('haproxy-round-robin')).toBe('HAProxy');
	expect(groupOf('nginx-hash')).toBe('NGINX');
	expect(grouped(['envoy-maglev', 'random', 'envoy-ring-hash', 'first'])).toEqual([
		{ group: 'Textbook', names: ['random', 'first'] },
		{ group: 'Envoy', names: ['envoy-maglev', 'envoy-ring-hash'] }
	]);
});

test('A strategy without a colour takes that of the rule it is named after, or one that all share', () => {
	expect(colourTokens('haproxy-round-robin')).toEqual([
		'--strategy-haproxy-round-robin',
		'--strategy-round-robin',
		'--strategy-other'
	]);
	expect(strategyColour('new')).toBe('var(--strategy-new, var(--strategy-other))');
});

test('belief says penalties beyond all measure as a power of ten', () => {
	expect(belief(0.66667)).toBe('0.667');
	expect(belief(1234)).toBe('1,234');
	expect(belief(2 ** 47)).toBe('10¹⁴');
	expect(belief(Infinity)).toBe('∞');
});

function frameOf(loads: readonly (number | undefined)[], server: number, era = 0): Frame {
	const servers = loads.map((load, i) => {
		const facts = { weight: 1, away: false, inflight: 1, limit: Infinity, picks: 1 };
		return { id: 'ABCD'[i] ?? '', ...facts, load, figure: load };
	});
	const untold = { because: undefined, space: undefined };
	return { at: 0, what: 'pick', server, key: '10.0.0.7', servers, ...untold, era, since: 1 };
}

test('stepWords says the numbers compared and whether the lowest won', () => {
	expect(stepWords(frameOf([1, 0.5, 2], 1), 'load')).toBe(
		'As it sees them: A 1, B 0.5, C 2. B is the lowest.'
	);
	expect(stepWords(frameOf([1, 1, 2], 1), 'load')).toContain('B is one of 2 equals at the lowest');
	expect(stepWords(frameOf([1, 0.5, 2], 0), 'load')).toContain('lower was to be had');
	expect(stepWords(frameOf([undefined, undefined], 1), 'load')).toBe(
		'B is picked. It had nothing in flight.'
	);
});

test('stepWords lets the strategy speak, and else says what can be seen', () => {
	const frame = frameOf([undefined, undefined, undefined], 2);
	expect(stepWords(frame, 'key')).toBe('Client 10.0.0.7 belongs to C.');
	expect(stepWords({ ...frame, because: { says: 'C holds the best ticket.' } }, 'key')).toBe(
		'C holds the best ticket.'
	);
	expect(stepWords({ ...frame, server: undefined }, 'key')).toContain('declines');
});

test('movesWords counts the clients that moved without need', () => {
	const frame = frameOf([], 0, 1);
	expect(movesWords(frame, 'B', { moved: 40, had: 13 }, 60)).toBe(
		'When B went, 40 of 60 clients changed servers, 27 of them for no reason of their own.'
	);
	expect(movesWords(frame, 'B', { moved: 0, had: 0 }, 60)).toBe('When B went, no client changed servers.');
});
