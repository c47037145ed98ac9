/** A replicated value: writes come by Poisson's law, and each copy has one after an exponential time of mean `lagMs`. */
export interface Quorum {
	readonly copies: number;
	readonly write: number;
	readonly read: number;
	readonly lagMs: number;
	readonly perMs: number;
}

/**
 * The share of reads that miss an acknowledged write. Go back from a read, write by write. One of age a has reached a
 * copy with probability 1 − exp(−a / lag), each copy by itself. If one of those asked has it, the read is fresh; if none
 * has but so many of the others that it was acknowledged, the read is stale; else the next older one decides. So stale
 * are those who meet the second kind first, and in a Poisson process thinned by age
 *
 *   stale = ∫ λ s(a) exp(−λ ∫₀ᵃ (1 − c(u)) du) da,
 *
 * where s(a) is the chance that a write of age a makes the read stale and c(a) that it decides nothing.
 */
export function staleShare({ copies, write, read, lagMs, perMs }: Quorum): number {
	const step = lagMs / 2000;
	let decided = 0;
	let stale = 0;
	for (let age = step / 2; age < 40 * lagMs; age += step) {
		const missing = Math.exp(-age / lagMs);
		const unseen = missing ** read;
		const acknowledged = atLeast(write, copies - read, 1 - missing);
		const decides = 1 - unseen * (1 - acknowledged);
		stale += perMs * unseen * acknowledged * Math.exp(-perMs * (decided + (decides * step) / 2)) * step;
		decided += decides * step;
	}
	return stale;
}

/** The chance of at least `least` among `n`, each with probability `p`. */
function atLeast(least: number, n: number, p: number): number {
	let sum = 0;
	let ways = 1;
	for (let k = 0; k <= n; k++) {
		if (k >= least) sum += ways * p ** k * (1 - p) ** (n - k);
		ways *= (n - k) / (k + 1);
	}
	return sum;
}
