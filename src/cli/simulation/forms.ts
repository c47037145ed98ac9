import { figures } from '#record/estimate/figures.ts';
import type { Difference, Report, StrategyReport } from './report.ts';

/** For other programs: a run's summary with its metrics; of several runs all summaries; of a comparison all of that for each strategy. */
export function jsonOfReport({ strategies, differences }: Report): string {
	const [only] = strategies;
	const isAlone = strategies.length === 1 && only !== undefined;
	const value = isAlone
		? { ...(only.runs.length === 1 ? only.runs[0] : {}), ...only }
		: { strategies, differences };
	return JSON.stringify(value, null, 2);
}

const columns =
	'strategy,against,seeds,warm_up_ms,duration_ms,n,metric,unit,value,half_width_95,groups,doubt';

/** A line for each metric of each strategy and each difference; RFC 4180, empty where nothing is known. */
export function csvOfReport({ strategies, differences }: Report): string {
	const lines = [
		...strategies.flatMap((report) => linesOf(report, report, '')),
		...differences.flatMap((difference) => {
			const report = strategies.find(({ strategy }) => strategy === difference.strategy);
			return report === undefined ? [] : linesOf(report, difference, difference.against);
		})
	];
	return [columns, ...lines].join('\n');
}

function linesOf(
	{ strategy, seeds, warmUpMs, durationMs, n }: StrategyReport,
	{ metrics }: Pick<Difference, 'metrics'>,
	against: string
): string[] {
	return figures.map(({ name }) => {
		const { unit, value, halfWidth, groups, doubt } = metrics[name];
		return [
			strategy,
			against,
			rangeOf(seeds),
			warmUpMs,
			durationMs,
			n,
			name,
			unit,
			value ?? '',
			halfWidth ?? '',
			groups,
			doubt ?? ''
		].join(',');
	});
}

/** `7` or `1..50`. */
export function rangeOf(seeds: readonly number[]): string {
	const [first, last] = [seeds[0], seeds.at(-1)].map(String);
	return first === last ? (first ?? '') : `${first ?? ''}..${last ?? ''}`;
}
