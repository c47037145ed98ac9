import { markdownTable } from '../markdown.ts';
import type { Kind } from './load.ts';

/** What was measured, by round, of the first contestant whose name has that in it; undefined where it was not here. */
export interface Figures {
	/** Microseconds of CPU a request. */
	readonly micros: (name: string, kind: Kind) => readonly number[] | undefined;
	/** Milliseconds, under steady load. */
	readonly p99: (name: string) => readonly number[] | undefined;
}

interface Goal {
	readonly says: string;
	readonly over: readonly number[] | undefined;
	readonly under: readonly number[] | undefined;
	readonly limit: number;
	/** The ratio may not be less; else, not be more. */
	readonly least?: true;
}

const bare = 'Golangia';

/** A table of ratios beside their limits, and a sentence that names those that are missed. */
export function judge({ micros, p99 }: Figures): string[] {
	const against = (name: string, kind: Kind, limit: number): Goal => ({
		says: `${name}, ${{ small: '20 bytes', large: '16 KiB', upload: '16 KiB upload' }[kind]}`,
		over: micros(bare, kind),
		under: micros(name, kind),
		limit
	});
	const costs = (says: string, name: string, limit: number): Goal => ({
		says,
		over: micros(name, 'small'),
		under: micros(bare, 'small'),
		limit
	});
	const kinds = ['small', 'large', 'upload'] as const;
	const goals: Goal[] = [
		...kinds.map((kind) => against('`http-proxy-3`', kind, 0.55)),
		...kinds.map((kind) => against('`ReverseProxy`', kind, 0.7)),
		{
			says: 'HAProxy over us, 20 bytes',
			over: micros('HAProxy', 'small'),
			under: micros(bare, 'small'),
			limit: 0.4,
			least: true
		},
		{
			says: '`http-proxy-3`, p99 under steady load',
			over: p99(bare),
			under: p99('`http-proxy-3`'),
			limit: 1
		},
		costs('watching, nobody there', 'nobody watching', 1.05),
		costs('watching, a reader', 'a reader', 1.1),
		costs('checks, metrics, log and recording', 'everything', 1.25)
	];
	const rows = goals.map((goal) => [
		goal.says,
		ratioOf(goal).toFixed(2),
		`${goal.least === true ? '≥' : '≤'} ${String(goal.limit)}`,
		verdict(goal)
	]);
	const missed = goals.filter((goal) => verdict(goal) === 'missed').map(({ says }) => says);
	return [
		...markdownTable([['our CPU a request, over that of', 'ratio', 'limit', ''], ...rows]),
		'',
		missed.length === 0 ? 'No limit is missed.' : `Missed: ${missed.join('; ')}.`
	];
}

/** The lower quartile: whatever else the machine does only adds to what a request takes, and hits one round, not another. */
export function undisturbed(rounds: readonly number[]): number {
	return rounds.toSorted((a, b) => a - b)[rounds.length >> 2] ?? NaN;
}

function ratioOf({ over = [], under = [] }: Goal): number {
	return undisturbed(over) / undisturbed(under);
}

function verdict(goal: Goal): 'met' | 'missed' | 'not measured' {
	const ratio = ratioOf(goal);
	if (Number.isNaN(ratio)) return 'not measured';
	return (goal.least === true ? ratio >= goal.limit : ratio <= goal.limit) ? 'met' : 'missed';
}
