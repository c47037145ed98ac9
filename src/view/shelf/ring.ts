import { arc } from 'd3';
import type { Mark } from '#balancer/strategy.ts';
import type { Cut } from './space.ts';

/**
 * The arcs of a circle, from 0 to 1, that belong to its points: up to each from the one before, or with `nearest` from
 * halfway before it to halfway behind. Neighbours of one owner are one arc; an arc that goes past 1 goes round.
 */
export function ringCuts(
	owners: readonly number[],
	ends: ArrayLike<number>,
	nearest = false
): readonly Cut[] {
	const last = ends.length - 1;
	const borderAfter = (point: number): number => {
		const here = ends[point] ?? 0;
		if (!nearest) return here;
		const next = point === last ? (ends[0] ?? 0) + 1 : (ends[point + 1] ?? 0);
		return (here + next) / 2;
	};
	const cuts: Cut[] = [];
	let from = borderAfter(last) - 1;
	for (const [point, owner] of owners.entries()) {
		const to = borderAfter(point);
		const before = cuts.at(-1);
		if (before?.owner === owner) cuts[cuts.length - 1] = { ...before, to };
		else cuts.push({ owner, from, to });
		from = to;
	}
	return cuts;
}

/** One path for all arcs of each owner, about 0,0, clockwise from the top. */
export function ringPaths(
	cuts: readonly Cut[],
	{ inner, outer }: { inner: number; outer: number }
): readonly { readonly owner: number; readonly path: string }[] {
	const drawn = arc<Cut>()
		.innerRadius(inner)
		.outerRadius(outer)
		.startAngle(({ from }) => 2 * Math.PI * from)
		.endAngle(({ to }) => 2 * Math.PI * to)
		.digits(2);
	const paths = new Map<number, string>();
	for (const cut of cuts) paths.set(cut.owner, (paths.get(cut.owner) ?? '') + (drawn(cut) ?? ''));
	return [...paths].map(([owner, path]) => ({ owner, path }));
}

/** A place on the circle. */
export function spot(part: number, radius: number): { readonly x: number; readonly y: number } {
	const angle = 2 * Math.PI * part;
	return { x: Math.sin(angle) * radius, y: -Math.cos(angle) * radius };
}

export interface Tick {
	readonly point: number;
	readonly owner: number;
	/** From 0 to 1 in the lens. */
	readonly x: number;
	/** Whether there is room for a name above it. */
	readonly named: boolean;
}

/** The stretch of a circle about a key and the point that it came to, laid flat from 0 to 1. */
export interface Lens {
	readonly ticks: readonly Tick[];
	/** Undefined where nobody knows where the key or the lot fell. */
	readonly key: number | undefined;
	readonly hit: number;
	/** How much of the circle it shows, from 0 to 1. */
	readonly span: number;
}

/** Points to either side that are shown with those between the key and the one it came to. */
const margin = 2;
/** The room that a name takes, as a part of the lens. */
const nameWidth = 0.09;
/** Of a long way only the end is shown. */
const longest = 24;

export function lensOf(owners: readonly number[], ends: ArrayLike<number>, { piece, at }: Mark): Lens {
	const size = ends.length;
	const nth = (point: number): number => ((point % size) + size) % size;
	/** Places go on beyond 0 and 1, so that a stretch across the top is one stretch. */
	const placeOf = (point: number): number => (ends[nth(point)] ?? 0) + Math.floor(point / size);
	let start = 0;
	while (at !== undefined && start < size && (ends[start] ?? 0) < at) start++;
	if (at === undefined) start = piece;
	const ahead = nth(piece - start);
	// The nearest point may be the one just before the key.
	const hit = ahead === size - 1 && size > 1 ? start - 1 : start + ahead;
	const last = Math.max(hit, start) + margin;
	// No point is shown twice, however few there are.
	const wanted = Math.max(Math.min(start - 1, hit) - margin + 1, hit - longest, last - size + 1);
	const first = Math.min(wanted, hit);
	const shown = Math.min(last, first + size - 1) - first + 1;
	const points = Array.from({ length: shown }, (_, i) => first + i);
	const places = points.map(placeOf);
	const key = at !== undefined && start >= first ? at : undefined;
	const from = Math.min(...places, key ?? Infinity);
	const to = Math.max(...places, key ?? -Infinity);
	// A lone point has no stretch to measure by.
	const span = to > from ? to - from : 1;
	const lay = (place: number): number => (to > from ? (place - from) / span : 0.5);
	const chosen = lay(placeOf(hit));
	let taken = -Infinity;
	const ticks = points.map((point, i) => {
		const x = lay(places[i] ?? 0);
		const named = point === hit || (x - taken >= nameWidth && Math.abs(x - chosen) >= nameWidth);
		if (named) taken = x;
		return { point: nth(point), owner: owners[nth(point)] ?? -1, x, named };
	});
	return { ticks, key: key === undefined ? undefined : lay(key), hit: chosen, span };
}
