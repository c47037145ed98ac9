import type { Random } from '../strategy.ts';

/** Places to draw by lot, each in proportion to its weight. */
export interface AliasTable {
	/** How much of each place's column is its own, from 0 to 1. */
	readonly keeps: Float64Array;
	/** Whose the rest of the column is. */
	readonly others: Uint32Array;
}

/**
 * Walker's alias method (1977) as Vose builds it (1991), in O(n): cut the weights into columns of equal height, none of
 * more than two pieces. Who has less than a column takes the rest of it from one who has more.
 */
export function aliasTable(weights: readonly number[]): AliasTable {
	const size = weights.length;
	// By the heaviest first: a sum of huge weights would not be a number any more.
	const heaviest = weights.reduce((most, weight) => Math.max(most, weight), 0);
	const total = weights.reduce((sum, weight) => sum + weight / heaviest, 0);
	const keeps = Float64Array.from(weights, (weight) => ((weight / heaviest) * size) / total);
	const others = Uint32Array.from(weights, (_, place) => place);
	const small: number[] = [];
	const large: number[] = [];
	keeps.forEach((height, place) => (height < 1 ? small : large).push(place));
	for (;;) {
		const short = small.pop();
		const long = large.pop();
		if (short === undefined || long === undefined) {
			// Only rounding leaves anyone over: their column is full.
			for (const place of [short, long, ...small, ...large]) if (place !== undefined) keeps[place] = 1;
			return { keeps, others };
		}
		others[short] = long;
		const left = (keeps[long] ?? 0) + (keeps[short] ?? 0) - 1;
		keeps[long] = left;
		(left < 1 ? small : large).push(long);
	}
}

/** One place by lot, in O(1): a column, and how high in it, from a single number. */
export function drawPlace({ keeps, others }: AliasTable, random: Random): number {
	const lot = random() * keeps.length;
	const column = Math.floor(lot);
	return lot - column < (keeps[column] ?? 1) ? column : (others[column] ?? column);
}
