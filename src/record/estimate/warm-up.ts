/**
 * Where a series has settled: how many of its batches to leave out, so that what remains has the least marginal
 * standard error (K. P. White Jr., "An Effective Truncation Heuristic for Bias Reduction in Simulation Output", 1997;
 * MSER-5 when a batch has five values). Undefined when the best place is in the second half: the series is
 * too short to tell, or never settles.
 */
export function warmUpOf(means: ArrayLike<number>): number | undefined {
	const { length } = means;
	let best = Infinity;
	let cut = 0;
	// From the end backwards the mean and the squares of what remains grow by one batch at a time (Welford 1962).
	let mean = 0;
	let squares = 0;
	// The last few batches may agree by chance.
	const least = 5;
	if (length < 2 * least) return undefined;
	for (let from = length - 1; from >= 0; from--) {
		const n = length - from;
		const off = (means[from] ?? 0) - mean;
		mean += off / n;
		squares += off * ((means[from] ?? 0) - mean);
		const marginal = squares / (n * n);
		// Of equals the earliest: nothing is left out without a gain.
		if (n >= least && marginal <= best) {
			best = marginal;
			cut = from;
		}
	}
	return cut > length / 2 ? undefined : cut;
}
