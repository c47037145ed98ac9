import type { Second } from '#record/history.ts';
import { milliseconds, number, quantity } from '#view/chart/format.ts';

/** One of two runs, as far as it has come. */
export interface Contender {
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
/** Smaller differences may be luck in so short a run. */
const clear = 1.25;
/** A wait shorter than this, in milliseconds, is none. */
const noWait = 1;

export function verdictOf(a: Contender, b: Contender): Verdict {
	const n = Math.min(a.n, b.n);
	if (n < fewest)
		return {
			says: `Too early to say which is better: ${number(n)} of the first ${number(fewest)} requests are over.`,
			why: ''
		};
	const [lostA, lostB] = [a.failed / a.n, b.failed / b.n];
	if (Math.abs(lostA - lostB) > 0.005 && Math.abs(a.failed - b.failed) >= 10) {
		const [better, worse] = lostA < lostB ? [a, b] : [b, a];
		return {
			says: `Better so far: ${better.label}. There ${better.failed === 0 ? 'everybody got an answer' : `${lost(better)} never got an answer`}; in ${letter(worse)} ${lost(worse)} never did.`,
			why: reason(better, worse)
		};
	}
	const share = n >= 1000 ? 0.99 : 0.95;
	const slowest = share === 0.99 ? '99 of 100' : '95 of 100';
	const [at, bt] = [a.percentile(share), b.percentile(share)];
	const [better, worse, least, most] = at <= bt ? [a, b, at, bt] : [b, a, bt, at];
	if (!(most / least >= clear)) return waits(a, b);
	const within = most === Infinity ? 'many never did' : `it took ${quantity(most, milliseconds)}`;
	return {
		says: `Better so far: ${better.label}. There ${slowest} requests had their answer within ${quantity(least, milliseconds)}; in ${letter(worse)} ${within}.`,
		why: reason(better, worse)
	};
}

/** Where the slowest are equally slow, because their work is long: how long people stood in line before it. */
function waits(a: Contender, b: Contender): Verdict {
	const [better, worse] = a.meanWait <= b.meanWait ? [a, b] : [b, a];
	const [least, most] = [Math.max(noWait, better.meanWait), Math.max(noWait, worse.meanWait)];
	const inLine = ({ meanWait }: Contender): string => quantity(Math.round(meanWait), milliseconds);
	if (!(most / least >= clear))
		return {
			says: `No clear difference so far: a request stood in line for ${inLine(a)} on average in A and ${inLine(b)} in B.`,
			why: ''
		};
	return {
		says: `Better so far: ${better.label}. There a request stood in line for ${inLine(better)} on average; in ${letter(worse)} for ${inLine(worse)}.`,
		why: reason(better, worse)
	};
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
	const percent = (share: number): string => `${String(Math.round(100 * share))}\u00a0%`;
	if (bad - good < 0.08) return '';
	return `Why: in ${letter(worse)} requests stood in line at one server while another had nothing to do, ${percent(bad)} of the time; in ${letter(better)} ${percent(good)}.`;
}

function lost({ failed, n }: Contender): string {
	return `${number(failed)} of ${number(n)}`;
}

function letter({ label }: Contender): string {
	return label.replace(/:.*/, '');
}
