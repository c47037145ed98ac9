/** Primes from small enough to see to what Envoy uses. */
export const sizes = [251, 1021, 4093, 16_381, 65_537] as const;

/** Who wants which slots: `offset` first, then every `skip`-th, going round. */
export interface Claimant {
	readonly offset: number;
	/** From 1 to size − 1. */
	readonly skip: number;
	readonly weight: number;
}

/**
 * Fill a table by turns (listing 1 of the Maglev paper, with weights as Envoy has them): in each round every claimant
 * whose weight, times the round, has come up to its target takes the free slot it likes best, and its target rises
 * by the heaviest weight. Each slot holds the place of its claimant. `size` must be prime.
 */
export function fillTable(size: number, claimants: readonly Claimant[]): Uint32Array {
	const table = new Uint32Array(size);
	const taken = new Uint8Array(size);
	const slots = Uint32Array.from(claimants, ({ offset }) => offset);
	const targets = new Float64Array(claimants.length);
	const heaviest = claimants.reduce((most, { weight }) => Math.max(most, weight), 0);
	let filled = 0;
	for (let round = 1; filled < size; round++) {
		for (let place = 0; place < claimants.length && filled < size; place++) {
			const { skip, weight } = claimants[place] ?? nobody;
			const target = targets[place] ?? 0;
			if (round * weight < target) continue;
			targets[place] = target + heaviest;
			let slot = slots[place] ?? 0;
			while (taken[slot] === 1) slot = (slot + skip) % size;
			table[slot] = place;
			taken[slot] = 1;
			filled++;
			slots[place] = (slot + skip) % size;
		}
	}
	return table;
}

const nobody: Claimant = { offset: 0, skip: 1, weight: 0 };
