/** How evenly a load is spread: two numbers that need no unit. */
export interface Fairness {
	/** 1 when all bear the same, 1/n when one of n bears everything; NaN of nothing. Jain, Chiu and Hawe 1984. */
	readonly jain: number;
	/** The heaviest load over the mean one: 1 when all bear the same, n when one of n bears everything; NaN of nothing. */
	readonly peakToMean: number;
}

export function fairnessOf(loads: readonly number[]): Fairness {
	let sum = 0;
	let squares = 0;
	let peak = 0;
	for (const load of loads) {
		sum += load;
		squares += load * load;
		peak = Math.max(peak, load);
	}
	return { jain: (sum * sum) / (loads.length * squares), peakToMean: (peak * loads.length) / sum };
}
