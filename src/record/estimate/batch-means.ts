import { doubtful, type Estimate, meanOf, quantileOf, standardError } from './estimate.ts';
import type { Series } from './series.ts';

const fewest = 20;
const most = 40;

/**
 * Requests that follow each other meet the same queue, so a thousand of them may say no more than ten strangers
 * would. Below this many strangers' worth the interval of a queue's mean is too narrow too often (measured on M/M/1 at
 * loads from 0.3 to 0.9: 95 % intervals cover less than 90 %), so none is given.
 */
const fewestStrangers = 100;

/**
 * How well one run knows the mean of a series: 20 to 40 batches, corrected for what batches still have in common.
 * `value` is the mean the interval is for; only batches from `from` on are looked at.
 */
export function batchMeans(series: Series, from = 0, value = NaN): Estimate {
	const fine = series.means().subarray(from);
	const each = Math.max(1, Math.ceil(fine.length / most));
	const groups = Math.floor(fine.length / each);
	const batches: number[] = [];
	// What does not fill a batch is left out at the beginning, where the run has least settled.
	for (let i = fine.length - groups * each; i < fine.length; i += each)
		batches.push(meanOf([...fine.subarray(i, i + each)]));
	const center = Number.isNaN(value) ? meanOf(batches) : value;
	const estimate = overBatches(batches, center);
	if (estimate.doubt !== undefined || estimate.halfWidth === 0) return estimate;
	const strangers = series.variance(from) / (estimate.halfWidth / quantileOf(groups)) ** 2;
	return strangers < fewestStrangers ? doubtful(center, groups, 'short') : estimate;
}

/**
 * The 95 % interval of a figure over a whole run, `value`, from the same figure in each of its batches. Two things make
 * Student's t too narrow here and are put right: neighbours that still resemble each other (the batches' lag-1
 * correlation, taken as that of an autoregressive process), and a few bad batches among many good ones (Willink
 * 2005; the mean of its two unequal sides, for an interval that is the same on both). Both as in Tafazzoli and Wilson's
 * procedure Skart (2011).
 */
export function overBatches(batches: readonly number[], value: number): Estimate {
	const groups = batches.length;
	if (batches.some((figure) => !Number.isFinite(figure)) || !Number.isFinite(value))
		return doubtful(value, groups, batches.includes(Infinity) || value === Infinity ? 'never' : 'few');
	if (groups < fewest) return doubtful(value, groups, 'few');
	const mean = meanOf(batches);
	const correlation = Math.max(0, lagOne(batches, mean));
	const error = standardError(batches, mean) * Math.sqrt((1 + correlation) / (1 - correlation));
	if (error === 0) return { value, halfWidth: 0, groups };
	return {
		value,
		halfWidth: error * forSkewness(quantileOf(groups), skewness(batches, mean), groups),
		groups
	};
}

/** Correlation between neighbours. */
export function lagOne(values: readonly number[], mean: number): number {
	let products = 0;
	let squares = 0;
	let before = 0;
	values.forEach((value, index) => {
		const off = value - mean;
		squares += off * off;
		if (index > 0) products += off * before;
		before = off;
	});
	return squares === 0 ? 0 : products / squares;
}

function skewness(values: readonly number[], mean: number): number {
	const n = values.length;
	const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
	return values.reduce((sum, value) => sum + (value - mean) ** 3, 0) / n / variance ** 1.5;
}

/** Willink's quantiles for a mean of skewed figures, the one below and the one above, averaged. */
function forSkewness(t: number, skew: number, n: number): number {
	const b = Math.abs(skew) / (6 * Math.sqrt(n));
	if (b < 1e-6) return t;
	return (Math.cbrt(1 + 6 * b * (t - b)) - Math.cbrt(1 - 6 * b * (t + b))) / (4 * b);
}
