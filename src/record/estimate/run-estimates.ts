import { overBatches } from './batch-means.ts';
import { doubtful, type Estimate, meanOf, overRuns, pairedDifferences } from './estimate.ts';
import { percentileOfRun } from './percentile.ts';
import { type Figure, figures, type FigureName, partial, type Totals } from './figures.ts';

/** What is known of one run. */
export interface MeasuredRun {
	readonly whole: Totals;
	/** The counted time in equal parts, 20 to 40 of them. */
	readonly parts: readonly Totals[];
	/** `Metrics.meanInterval`. */
	readonly mean: Estimate;
	/** As much comes as can be served, or more: latencies grow for as long as one looks. */
	readonly isOverloaded: boolean;
}

export type Estimates = Readonly<Record<FigureName, Estimate>>;

/** Every figure with its interval: from the batches of a single run, from the replications of several. */
export function estimatesOf(runs: readonly MeasuredRun[]): Estimates {
	return forEachFigure((figure) => estimateOf(figure, runs));
}

/**
 * By how much `others` exceed `base`, run by run with the same seeds; from a single one, part by part.
 * @throws RangeError when they are no pairs.
 */
export function differencesOf(others: readonly MeasuredRun[], base: readonly MeasuredRun[]): Estimates {
	return forEachFigure((figure) => differenceOf(figure, others, base));
}

function estimateOf(figure: Figure, runs: readonly MeasuredRun[]): Estimate {
	const value = valueOf(figure, runs);
	if (runs.some((run) => isUnstable(figure, run))) return doubtful(NaN, runs.length, 'unstable');
	if (figure.name === 'failed' && value === 0) return noneFailed(runs);
	const [run] = runs;
	if (run === undefined || runs.length > 1)
		return overRuns(
			runs.map(({ whole }) => partial(figure, whole)),
			value
		);
	if (figure.name === 'mean') return run.mean;
	if (isShort(figure, run)) return doubtful(value, run.parts.length, 'short');
	if (figure.share !== undefined) return percentileOfRun(figure.share, run.whole, run.parts).estimate;
	return overBatches(run.parts.map(figure.of), value);
}

function differenceOf(
	figure: Figure,
	others: readonly MeasuredRun[],
	base: readonly MeasuredRun[]
): Estimate {
	const [other, against] = [valueOf(figure, others), valueOf(figure, base)];
	const value = pairedDifferences([other], [against])[0] ?? NaN;
	const all = [...others, ...base];
	if (all.some((run) => isUnstable(figure, run))) return doubtful(NaN, others.length, 'unstable');
	if (other === Infinity || against === Infinity) return doubtful(value, others.length, 'never');
	if (figure.name === 'failed' && other === 0 && against === 0) return noneFailed(others);
	const [onlyOther, onlyBase] = [others[0], base[0]];
	if (others.length === 1 && onlyOther !== undefined && onlyBase !== undefined)
		return differenceWithin(figure, value, onlyOther, onlyBase);
	return overRuns(
		pairedDifferences(
			others.map(({ whole }) => partial(figure, whole)),
			base.map(({ whole }) => partial(figure, whole))
		),
		value
	);
}

/** Part by part of two runs that met the same arrivals. */
function differenceWithin(figure: Figure, value: number, other: MeasuredRun, base: MeasuredRun): Estimate {
	const groups = other.parts.length;
	if (isShort(figure, other) || isShort(figure, base)) return doubtful(value, groups, 'short');
	const { share } = figure;
	if (share === undefined)
		return overBatches(pairedDifferences(other.parts.map(figure.of), base.parts.map(figure.of)), value);
	const [a, b] = [other, base].map(({ whole, parts }) => percentileOfRun(share, whole, parts));
	const doubt = a?.estimate.doubt ?? b?.estimate.doubt;
	if (doubt !== undefined) return doubtful(value, groups, doubt);
	return overBatches(pairedDifferences(a?.parts ?? [], b?.parts ?? []), value);
}

function valueOf(figure: Figure, runs: readonly MeasuredRun[]): number {
	return meanOf(runs.map(({ whole }) => figure.of(whole)));
}

/** Where queues turn people away they end somewhere, and so do percentiles, in which those count as never; but no mean is fair then. */
function isUnstable(figure: Figure, { isOverloaded, whole }: MeasuredRun): boolean {
	return isOverloaded && figure.grows && (figure.share === undefined || whole.failed === 0);
}

/** Where the mean latency cannot be known yet, nothing that hangs on the queues can. */
function isShort({ name }: Figure, { mean }: MeasuredRun): boolean {
	return name !== 'goodput' && mean.doubt === 'short';
}

/** Of n requests none failed: 95 times in 100, fewer than 3/n of all do (Hanley and Lippman-Hand 1983). */
function noneFailed(runs: readonly MeasuredRun[]): Estimate {
	const n = runs.reduce((sum, { whole }) => sum + whole.ok, 0);
	return { value: 0, halfWidth: Math.min(100, 300 / n), groups: runs.length };
}

function forEachFigure(estimate: (figure: Figure) => Estimate): Estimates {
	return Object.fromEntries(figures.map((figure) => [figure.name, estimate(figure)])) as Record<
		FigureName,
		Estimate
	>;
}
