import { area, scaleLinear } from 'd3';
import type { Millis } from '#balancer/strategy.ts';

/** How a server stood at a moment. */
export interface Stand {
	readonly at: Millis;
	readonly inflight: number;
	readonly waiting: number;
}

export interface RowOf {
	readonly id: string;
	/** In order of time; moments at which it was not there are left out. */
	readonly stands: readonly Stand[];
}

/** Room for so many rows; they become thinner as they become more, so that 64 fit where 16 did. */
export function rowHeight(rows: number): number {
	if (rows <= 6) return 40;
	if (rows <= 12) return 28;
	if (rows <= 24) return 18;
	return 10;
}

export interface DrawnRow {
	readonly id: string;
	/** The row's base line. */
	readonly y: number;
	/** SVG path data: all in flight, and of these the waiting. */
	readonly inflight: string;
	readonly waiting: string;
	/** The last stand. */
	readonly now: Stand | undefined;
	/** Thin rows name only some, so that names do not overlap. */
	readonly isNamed: boolean;
}

/** All rows on one scale from 0 to `most`, with steps: between two readings nobody looked. */
export function drawRows(
	rows: readonly RowOf[],
	most: number,
	x: (at: Millis) => number,
	everyMs: Millis
): DrawnRow[] {
	const height = rowHeight(rows.length);
	const tall = scaleLinear([0, Math.max(1, most)], [0, height - 4]);
	const every = Math.ceil(13 / height);
	return rows.map(({ id, stands }, index) => {
		const y = (index + 1) * height - 1;
		const path = (of: (stand: Stand) => number): string => {
			const pieces = unbroken(stands, everyMs).map((piece) => {
				// A reading stands for the time until the next one.
				const [first] = piece;
				const stretched = first === undefined ? piece : [{ ...first, at: first.at - everyMs }, ...piece];
				return area<Stand>(
					({ at }) => round(x(Math.max(0, at))),
					y,
					(stand) => round(y - tall(of(stand)))
				)(stretched);
			});
			return pieces.join('');
		};
		return {
			id,
			y,
			inflight: path(({ inflight }) => inflight),
			waiting: path(({ waiting }) => waiting),
			now: stands.at(-1),
			isNamed: index % every === 0
		};
	});
}

/** The stretches during which a server was there. */
function unbroken(stands: readonly Stand[], everyMs: Millis): Stand[][] {
	const pieces: Stand[][] = [];
	let before: Stand | undefined;
	for (const stand of stands) {
		const piece = pieces.at(-1);
		if (piece !== undefined && before !== undefined && stand.at - before.at <= 1.5 * everyMs)
			piece.push(stand);
		else pieces.push([stand]);
		before = stand;
	}
	return pieces;
}

function round(pixel: number): number {
	return Math.round(pixel * 10) / 10;
}
