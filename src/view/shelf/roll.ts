import type { Millis } from '#balancer/strategy.ts';
import type { Note } from './exhibit.ts';

export interface RollSize {
	readonly rows: number;
	readonly end: Millis;
	/** Height of one server's staff, and the width of the whole, in units of the drawing. */
	readonly row: number;
	readonly width: number;
}

export interface RollShape {
	/** Requests in flight, as lines. */
	readonly lines: string;
	/** Picks: paths of no length, which round caps make dots that no stretching deforms. */
	readonly heads: string;
}

/** Requests as lines from pick to end on their server's staff; those in flight together lie side by side. */
export function rollShape(notes: readonly Note[], { rows, end, row, width }: RollSize): RollShape {
	const lanes = lanesOf(notes);
	const deepest = Array.from({ length: rows }, (_, server) =>
		Math.max(1, ...notes.map((note, i) => (note.server === server ? (lanes[i] ?? 0) + 1 : 0)))
	);
	let lines = '';
	let heads = '';
	for (const [i, note] of notes.entries()) {
		const gap = Math.min(row / 5, (row * 0.84) / (deepest[note.server] ?? 1));
		// The first lies at the bottom of the staff, and the others pile up on it.
		const y = (note.server + 0.92) * row - gap * ((lanes[i] ?? 0) + 0.5);
		const x = (note.from / end) * width;
		const to = Math.min(width, (note.to / end) * width);
		lines += `M${place(x)} ${place(y)}H${place(to)}`;
		heads += `M${place(x)} ${place(y)}h0`;
	}
	return { lines, heads };
}

/** For each note the lowest lane of its staff that is free when it begins. Notes come in the order they begin. */
export function lanesOf(notes: readonly Note[]): readonly number[] {
	const free: number[][] = [];
	return notes.map(({ server, from, to }) => {
		const ends = (free[server] ??= []);
		const open = ends.findIndex((end) => end <= from);
		const lane = open < 0 ? ends.length : open;
		ends[lane] = to;
		return lane;
	});
}

/** A tenth of a unit is finer than any screen. */
function place(value: number): string {
	return String(Math.round(value * 10) / 10);
}
