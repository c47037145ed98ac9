import { playWords } from '#words/play.ts';

/** One thing that somebody did, and what it made of everything. */
export interface Deed<State> {
	readonly says: string;
	/** Deeds of one kind that follow each other within a second are one: a slider being dragged. */
	readonly kind: string;
	readonly state: State;
	/** Wall milliseconds, from any beginning. */
	readonly when: number;
}

/** What was done, oldest first, and how much of it stands: what comes after `place` was undone and can be done again. */
export interface Deeds<State> {
	readonly list: readonly Deed<State>[];
	readonly place: number;
}

const most = 200;
const pauseMs = 1000;

/** The beginning is no deed, and nobody can undo it. */
export function begun<State>(state: State): Deeds<State> {
	return { list: [{ says: playWords.deeds.beginning, kind: '', state, when: -Infinity }], place: 0 };
}

/** Whatever had been undone is gone. Of more than 200 the oldest are forgotten. */
export function did<State>({ list, place }: Deeds<State>, deed: Deed<State>): Deeds<State> {
	const kept = list.slice(0, place + 1);
	const before = kept.at(-1);
	const goesOn = before !== undefined && before.kind === deed.kind && deed.when - before.when <= pauseMs;
	const grown = [...(goesOn ? kept.slice(0, -1) : kept), deed].slice(-most);
	return { list: grown, place: grown.length - 1 };
}

/** To the state after another deed of the list; the nearest there is. */
export function gone<State>({ list }: Deeds<State>, place: number): Deeds<State> {
	return { list, place: Math.max(0, Math.min(list.length - 1, place)) };
}

export function stateOf<State>({ list, place }: Deeds<State>): State | undefined {
	return list[place]?.state;
}
