import { max, min, scaleLinear } from 'd3';

/** A value with how well it is known; NaN where there is none yet, Infinity for "never". */
export interface HeatCell {
	readonly value: number;
	readonly halfWidth: number;
	/** In a word, why there is no interval: `unstable`. */
	readonly doubt?: string;
}

/** How full a cell's colour is, 0 to 1: from the least to the most that is finite; never is fullest. */
export function fullness(cells: readonly HeatCell[]): (value: number) => number {
	const finite = cells.map(({ value }) => value).filter(Number.isFinite);
	const [least = 0, most = 1] = [min(finite), max(finite)];
	// By factors where they span decades, or one large value would leave all others alike.
	const isWide = least > 0 && most / least > 20;
	const of = isWide ? Math.log : (value: number): number => value;
	const scale = scaleLinear(
		[of(least), of(most) === of(least) ? of(least) + 1 : of(most)],
		[0.06, 0.92]
	).clamp(true);
	return (value) => (value === Infinity ? 1 : Number.isNaN(value) ? 0 : scale(of(value)));
}
