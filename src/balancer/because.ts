/** Numbers and names as a strategy's reasons want them: see `Strategy.because`. Never called for a pick itself. */
import { isFull } from './full.ts';
import type { Backend, Because, Figures, Mark } from './strategy.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** At most three figures that matter, thousands marked: `0.46`, `12.3`, `1,320`. */
export function rounded(value: number): string {
	return Math.abs(value) >= 100 ? whole.format(value) : String(Number(value.toPrecision(3)));
}

/** A part of a circle's way round, from 0 to 1, in degrees; two that lie close stay apart. */
export function degrees(part: number): string {
	return `${(360 * part).toFixed(2)}°`;
}

/** `A`, `A and B`, `A, B and C`; of more than eight the first seven and how many more. */
export function listed(names: readonly string[]): string {
	const shown = names.length > 8 ? [...names.slice(0, 7), `${String(names.length - 7)} more`] : names;
	const last = shown[shown.length - 1] ?? '';
	return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** `nothing in flight`, `3 in flight`. */
export function inFlight({ inflight }: Backend): string {
	return `${inflight === 0 ? 'nothing' : whole.format(inflight)} in flight`;
}

/**
 * `A (which has failed this request) and B (which is full)`: who was passed over, each once; empty when nobody was. `whyNot` knows
 * of other reasons, and says an empty text where it knows of none.
 */
export function passedOver(
	backends: readonly Backend[],
	tried: readonly Backend[] | undefined,
	whyNot: (backend: Backend) => string = () => ''
): string {
	return listed(
		[...new Set(backends)].map((backend) => {
			const failed = tried?.includes(backend) === true ? 'has failed this request' : '';
			const why = failed || (isFull(backend) ? 'is full' : whyNot(backend));
			return why === '' ? backend.id : `${backend.id} (which ${why})`;
		})
	);
}

/** The same number of each backend. */
export function figuresOf(
	measure: string,
	backends: readonly Backend[],
	figureOf: (backend: Backend) => number
): Figures {
	return { measure, of: backends.map((backend) => [backend.id, figureOf(backend)] as const) };
}

/** Servers were drawn, and who had the least was taken: the lot decides among equals. */
export function leastOfDrawn(
	picked: Backend,
	drawn: readonly Backend[],
	measure: string,
	figureOf: (backend: Backend) => number,
	amongEquals: string
): Because {
	const different = [...new Set(drawn)];
	const figures = figuresOf(measure, different, figureOf);
	if (different.length === 1) {
		const times = drawn.length === 1 ? '' : drawn.length === 2 ? ', both times' : ', every time';
		return { says: `The lot fell on ${picked.id}${times}.`, figures };
	}
	const own = figureOf(picked);
	const amount = own === 0 ? `nothing ${measure}` : `${rounded(own)} ${measure}`;
	const equals = listed(different.filter((backend) => figureOf(backend) === own).map(({ id }) => id));
	const outcome =
		equals === picked.id
			? `${picked.id} has the least, ${amount}`
			: `${equals} have no more than ${amount}, and ${picked.id} ${amongEquals}`;
	return { says: `Drawn by lot: ${listed(different.map(({ id }) => id))}. ${outcome}.`, figures };
}

/** A key by its name, also an empty one. */
export function keyName(key: string, the = 'the'): string {
	return key === '' ? `${the} empty key` : key;
}

/**
 * A key's hash, divided by the number of slots, left one of them. If that is not the picked one's, others were passed over: going
 * along the table, or however `next` says it goes from one try to the next.
 */
export function slotMet(
	key: string,
	hash: string,
	owners: ArrayLike<number>,
	slot: number,
	picked: Backend,
	backends: readonly Backend[],
	tried: readonly Backend[] | undefined,
	next = (tries: number): number => (slot + tries) % owners.length
): Because & { readonly mark: Mark } {
	const passed: Backend[] = [];
	let piece = slot;
	for (let tries = 1; tries <= owners.length; tries++) {
		const owner = backends[owners[piece] ?? 0];
		if (owner === undefined || owner === picked) break;
		passed.push(owner);
		piece = next(tries);
	}
	const left = `The hash of ${keyName(key)} is ${hash}. Divided by ${whole.format(owners.length)} it leaves slot ${whole.format(slot)}`;
	const says =
		passed.length === 0
			? `${left}, which is ${picked.id}’s.`
			: `${left}. Past the slots of ${passedOver(passed, tried)} comes slot ${whole.format(piece)}, which is ${picked.id}’s.`;
	return { says, mark: { piece, at: (slot + 0.5) / owners.length } };
}

/** A circle of points, and where on it a key lies. */
export interface Circle {
	readonly size: number;
	/** The point it comes to first: the next one, unless told. */
	readonly start: number;
	readonly which?: 'nearest';
	/** Where the key and each point lie, from 0 to 1. */
	readonly at: number;
	readonly partOf: (point: number) => number;
	readonly ownerOf: (point: number) => Backend | undefined;
}

/** A key lies on a circle, and the first point along it whose owner was not passed over is the picked one's. */
export function pointMet(
	key: string,
	{ size, start, which, at, partOf, ownerOf }: Circle,
	picked: Backend,
	tried: readonly Backend[] | undefined,
	whyNot?: (backend: Backend) => string
): Because & { readonly mark: Mark } {
	const passed: Backend[] = [];
	let piece = start;
	for (let step = 1; step < size; step++) {
		const owner = ownerOf(piece);
		if (owner === undefined || owner === picked) break;
		passed.push(owner);
		piece = (start + step) % size;
	}
	const lies = `${keyName(key, 'The')} lies at ${degrees(at)} of the circle`;
	const point = `at ${degrees(partOf(piece))}, is ${picked.id}’s`;
	const says =
		passed.length === 0
			? `${lies}. The ${which ?? 'next'} point, ${point}.`
			: `${lies}. Past the points of ${passedOver(passed, tried, whyNot)} the first, ${point}.`;
	return { says, mark: { piece, at } };
}
