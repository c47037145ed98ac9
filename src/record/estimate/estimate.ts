import { studentQuantile } from './student.ts';

/** A number and how well it is known: the truth lies within `halfWidth` of it in 95 of 100 such estimates. */
export interface Estimate {
	/** NaN when nothing was measured. */
	readonly value: number;
	/** Infinity as long as it cannot be known; `doubt` says why. */
	readonly halfWidth: number;
	/** How many batches or independent runs the half-width rests on. */
	readonly groups: number;
	readonly doubt?: Doubt;
}

/**
 * Why there is no interval: too `few` batches or runs; the run is too `short` for how slowly its figures change, so
 * it cannot know yet; some runs `never` came to a figure because too many requests failed; or the load is above the
 * capacity, and figures that grow as long as one looks have no mean: `unstable`.
 */
export type Doubt = 'few' | 'short' | 'never' | 'unstable';

/** An estimate that has a value and no interval. */
export function doubtful(value: number, groups: number, doubt: Doubt): Estimate {
	return { value, halfWidth: Infinity, groups, doubt };
}

/**
 * The mean over independent runs, one figure each: Student's t over the seeds. `value` is put in its place where the
 * runs together know better.
 */
export function overRuns(figures: readonly number[], value = meanOf(figures)): Estimate {
	const groups = figures.length;
	if (figures.includes(Infinity)) return doubtful(value, groups, 'never');
	if (groups < 2 || figures.some(Number.isNaN)) return doubtful(value, groups, 'few');
	return { value, halfWidth: quantileOf(groups) * standardError(figures, meanOf(figures)), groups };
}

/**
 * By how much each figure exceeds its counterpart. On the same arrivals, whatever both met alike cancels out, so the
 * mean of such differences is known far better than the two means are. NaN where either is never.
 * @throws RangeError when they are no pairs.
 */
export function pairedDifferences(others: readonly number[], base: readonly number[]): number[] {
	if (others.length !== base.length)
		throw new RangeError(`${String(others.length)} and ${String(base.length)} figures make no pairs.`);
	return others.map((figure, index) => {
		const difference = figure - (base[index] ?? NaN);
		return Number.isFinite(difference) ? difference : NaN;
	});
}

export function meanOf(figures: readonly number[]): number {
	return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}

export function standardError(figures: readonly number[], mean: number): number {
	const squares = figures.reduce((sum, figure) => sum + (figure - mean) ** 2, 0);
	return Math.sqrt(squares / (figures.length - 1) / figures.length);
}

/** Student's two-sided 95 % quantile for the mean of so many figures. */
export function quantileOf(groups: number): number {
	return studentQuantile(0.975, groups - 1);
}
