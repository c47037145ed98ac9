import { overBatches } from '#record/estimate/batch-means.ts';
import { meanOf, overRuns } from '#record/estimate/estimate.ts';
import type { Second, Standing } from '#record/history.ts';
import { milliseconds, number, quantity } from '#view/chart/format.ts';
import { playWords } from '#words/play.ts';

const say = playWords.verdict;

/** One of two runs, as far as it has come. */
export interface Contender {
	readonly letter: string;
	/** "B: Least connections" */
	readonly label: string;
	/** Requests that are over, and those of them that never got their answer. */
	readonly n: number;
	readonly failed: number;
	readonly percentile: (share: number) => number;
	/** In a server's queue, of those who were taken up, in milliseconds; NaN where nobody was. */
	readonly meanWait: number;
	readonly seconds: readonly Second[];
}

/** Which run is better so far, and why, in a sentence each; `why` is empty where the difference has no plain reason. */
export interface Verdict {
	readonly says: string;
	readonly why: string;
}

/** Below it the slowest twentieth is ten requests at most. */
const fewest = 200;
/** Smaller differences matter to nobody. */
const clear = 1.25;
/** What differs so much in its slowest is no luck, even where as many are inside at any time. */
const plain = 2;
/** A wait shorter than this, in milliseconds, is none. */
const noWait = 1;

export function verdictOf(a: Contender, b: Contender): Verdict {
	const n = Math.min(a.n, b.n);
	if (n < fewest)
		return {
			says: say.early(number(n), number(fewest)),
			why: ''
		};
	const [lostA, lostB] = [a.failed / a.n, b.failed / b.n];
	if (Math.abs(lostA - lostB) > 0.005 && Math.abs(a.failed - b.failed) >= 10) {
		const [better, worse] = lostA < lostB ? [a, b] : [b, a];
		return {
			says:
				better.failed === 0
					? say.allAnswered(better.label, worse.letter, lost(worse))
					: say.moreAnswered(better.label, lost(better), worse.letter, lost(worse)),
			why: reason(better, worse)
		};
	}
	const ofHundred = n >= 1000 ? 99 : 95;
	const [at, bt] = [a.percentile(ofHundred / 100), b.percentile(ofHundred / 100)];
	const [better, worse, least, most] = at <= bt ? [a, b, at, bt] : [b, a, bt, at];
	const ratio = most / least;
	if (!(ratio >= plain || (ratio >= clear && isMore('inflight', worse, better)))) return waits(a, b);
	const within = quantity(least, milliseconds);
	return {
		says:
			most === Infinity
				? say.everFaster(better.label, ofHundred, within, worse.letter)
				: say.faster(better.label, ofHundred, within, worse.letter, quantity(most, milliseconds)),
		why: reason(better, worse)
	};
}

/** Where the slowest are equally slow, because their work is long: how long people stood in line before it. */
function waits(a: Contender, b: Contender): Verdict {
	const [better, worse] = a.meanWait <= b.meanWait ? [a, b] : [b, a];
	const [least, most] = [Math.max(noWait, better.meanWait), Math.max(noWait, worse.meanWait)];
	const inLine = ({ meanWait }: Contender): string => quantity(Math.round(meanWait), milliseconds);
	if (!(most / least >= clear)) return { says: say.same(inLine(a), inLine(b)), why: '' };
	if (!isMore('waiting', worse, better)) return { says: say.chance(inLine(a), inLine(b)), why: '' };
	return {
		says: say.shorter(better.label, inLine(better), worse.letter, inLine(worse)),
		why: reason(better, worse)
	};
}

/**
 * Whether one run had more requests in flight or in line than the other, second by second on the same arrivals, by more than chance
 * easily does: two runs that are alike are told apart in a few of a hundred.
 */
function isMore(what: keyof Standing, one: Contender, other: Contender): boolean {
	const pairs = Math.min(one.seconds.length, other.seconds.length);
	const more = Array.from(
		{ length: pairs },
		(_, i) => sumOf(what, one.seconds[i]) - sumOf(what, other.seconds[i])
	);
	const mean = meanOf(more);
	const { halfWidth, doubt } = overBatches(more, mean);
	// Before there are enough seconds to tell how far one goes on like the last, each counts for itself.
	return mean > (doubt === 'few' ? overRuns(more).halfWidth : halfWidth);
}

function sumOf(what: keyof Standing, second: Second | undefined): number {
	let sum = 0;
	for (const standing of second?.servers.values() ?? []) sum += standing[what];
	return sum;
}

/** How often somebody stood in a server's queue while another server had a worker free, looked at once a second: 0 to 1. */
export function idleWhileWaiting(seconds: readonly Second[]): number {
	if (seconds.length === 0) return 0;
	const bad = seconds.filter(({ servers }) => {
		const all = [...servers.values()];
		return all.some(({ waiting }) => waiting > 0) && all.some(({ free }) => free > 0);
	});
	return bad.length / seconds.length;
}

function reason(better: Contender, worse: Contender): string {
	const [good, bad] = [idleWhileWaiting(better.seconds), idleWhileWaiting(worse.seconds)];
	const percent = (share: number): number => Math.round(100 * share);
	if (bad - good < 0.08) return '';
	return say.why(worse.letter, percent(bad), better.letter, percent(good));
}

function lost({ failed, n }: Contender): string {
	return say.lost(number(failed), number(n));
}
