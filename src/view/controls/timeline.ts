import { symbol, symbolCross, symbolDiamond, symbolSquare, symbolStar, symbolTriangle } from 'd3';
import type { HappeningKind } from '#record/chronicle.ts';
import type { Millis } from '#balancer/strategy.ts';
import { keysWords } from '#words/keys.ts';
import type { KeyTable } from './keys.ts';

/** Something worth jumping to, drawn as a sign under the time line. */
export interface Moment {
	readonly at: Millis;
	/** Until then it went on; `at` unless told. */
	readonly until?: Millis;
	/** "first request turned away" */
	readonly label: string;
	/** Which sign; that of a failure unless told. */
	readonly sign?: Sign;
	/** Of several runs side by side, which; 0 unless told. */
	readonly lane?: number;
}

export type Sign = HappeningKind | 'fork' | 'notice';

/** Speeds a run may be watched at, slowest first. */
export const speeds = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32] as const;
export type Speed = (typeof speeds)[number];

/** What a time bar's keys do; `everywhere` while nothing else on the page has the focus, too. */
export function timeKeys(everywhere: boolean): KeyTable<'play' | 'step'> {
	return {
		where: everywhere ? keysWords.time.everywhere : keysWords.time.inside,
		lines: [
			{ deed: 'play', keys: [' '], says: keysWords.time.play },
			{ deed: 'step', keys: ['ArrowRight'], says: keysWords.time.step }
		]
	};
}

/** The moment at or just before a time, if it lies within `reach`. */
export function momentNear(moments: readonly Moment[], at: Millis, reach: Millis): Moment | undefined {
	let near: Moment | undefined;
	for (const moment of moments) {
		const gap = Math.abs(moment.at - at);
		if (gap <= reach && (near === undefined || gap < Math.abs(near.at - at))) near = moment;
	}
	return near;
}

/** SVG path data around 0, some eight pixels wide; to be filled, or for `stroked` ones to be stroked. */
export function signPath(sign: Sign): string {
	switch (sign) {
		case 'refused':
			return 'M-3.4,-3.4l6.8,6.8m0,-6.8l-6.8,6.8';
		case 'timeout':
			// An hourglass.
			return 'M-3.2,-4H3.2L-3.2,4H3.2Z';
		case 'failed':
			return symbol(symbolDiamond, 30)() ?? '';
		case 'ejected':
			return 'M-3,-4v8M0,-4v8M3,-4v8';
		case 'panic':
			return 'M-1,-4.5v5.5M-1,3v1.5M1,-4.5v5.5M1,3v1.5';
		case 'restored':
			return 'M3.4,0A3.4,3.4 0 1 1 -3.4,0A3.4,3.4 0 1 1 3.4,0Z';
		case 'fleet':
			return symbol(symbolTriangle, 32)() ?? '';
		case 'fault':
			return symbol(symbolCross, 34)() ?? '';
		case 'rule':
			return symbol(symbolSquare, 26)() ?? '';
		case 'notice':
			return symbol(symbolStar, 30)() ?? '';
		case 'fork':
			return 'M-4,0H0C2,0 2,-4 4,-4M0,0C2,0 2,4 4,4';
	}
}

const strokes: ReadonlySet<Sign> = new Set<Sign>(['refused', 'ejected', 'panic', 'restored', 'fork']);

export function isStroked(sign: Sign): boolean {
	return strokes.has(sign);
}

/** What went wrong, in the colour of failures; the rest in the ink. */
const bad: ReadonlySet<Sign> = new Set<Sign>(['refused', 'timeout', 'failed', 'ejected', 'panic']);

export function isBad(sign: Sign): boolean {
	return bad.has(sign);
}

/** A moment as it is drawn: in shares of the line, 0 to 1. */
export interface Mark extends Moment {
	readonly sign: Sign;
	readonly from: number;
	readonly to: number;
}

/** Where signs lie on the line; of equal ones closer than `apart` (a share of the line) the first stands for all. */
export function marksOf(moments: readonly Moment[], duration: Millis, apart = 0): Mark[] {
	const share = (at: Millis): number => (duration > 0 ? Math.min(1, Math.max(0, at / duration)) : 0);
	const last = new Map<string, { from: number; to: number }>();
	return moments.flatMap((moment): Mark[] => {
		const { at, until = at, sign = 'failed', lane = 0 } = moment;
		const mark = { ...moment, sign, from: share(at), to: share(until) };
		const before = last.get(`${sign} ${String(lane)}`);
		if (before !== undefined && mark.from - before.from < apart) {
			before.to = Math.max(before.to, mark.to);
			return [];
		}
		last.set(`${sign} ${String(lane)}`, mark);
		return [mark];
	});
}
