import { keyName, passedOver, rounded } from '../because.ts';
import { whenListChanges } from '../choose.ts';
import type { Backend, Because, Space } from '../strategy.ts';
import { Guide } from './guide.ts';
import { rowOf as rowSpace } from './row.ts';
import { smoothTurns, type SmoothTurns } from '../strategies/smooth-weighted-round-robin.ts';

/** After more misses than this the hash has had its say, and turns decide. */
export const mostMisses = 20;

/**
 * How NGINX's ip_hash, hash and random find somebody: a number points to a place in a row where each backend is as long as
 * its weight. Those that are down keep their places, so they come back to what they had; whoever points at one of
 * them, at a full one or at one that has failed on this request, is given another number, up to twenty times. Then the turns of
 * weighted round robin decide.
 *
 * A place is found in O(1).
 */
export class HashWalk {
	readonly turns: SmoothTurns = smoothTurns();
	#all: readonly Backend[] | undefined;
	#rowOf = whenListChanges(rowOf);
	#present = presence();
	#misses = 0;

	/** All who have a place; those on the list alone, unless told. */
	members(all: readonly Backend[]): void {
		this.#all = all;
	}

	/** The last pick was by turns, because too many questions missed. */
	gaveUp(): boolean {
		return this.#misses > mostMisses;
	}

	/**
	 * `place` answers the n-th question (0, 1 …) with a place in a row of this length. With `notThis` it looks for a second
	 * one beside the first just found, and the misses count on.
	 */
	pick(
		backends: readonly Backend[],
		tried: readonly Backend[] | undefined,
		place: (question: number, length: number) => number,
		notThis?: Backend
	): Backend | undefined {
		this.#misses = notThis === undefined ? 0 : this.#misses + 1;
		const all = this.#all ?? backends;
		if (all.length === 1) return this.turns.next(backends);
		const { backends: owners, length, guide } = this.#rowOf(all);
		const present = this.#present(backends, all);
		let again = 0;
		for (let question = 0; this.#misses <= mostMisses; question++) {
			const backend = owners[guide.after(place(question, length))];
			const before = tried?.[again];
			// A further try of one request takes up the questions where the last one left them.
			if (before !== undefined) {
				if (backend === before) again++;
				else this.#misses++;
			} else if (backend !== undefined && backend !== notThis && present(backend)) return backend;
			else this.#misses++;
		}
		return this.turns.next(backends);
	}

	/** Why the last pick was this one; `place` answers the same questions again, if it can. */
	because(
		picked: Backend,
		backends: readonly Backend[],
		key: string,
		tried: readonly Backend[] | undefined,
		place: (question: number, length: number) => number
	): Because {
		const all = this.#all ?? backends;
		if (all.length === 1) return { says: `${picked.id} is alone on the list.` };
		if (this.gaveUp()) {
			const { says, figures } = this.turns.because(picked, backends);
			const missed = `More than ${String(mostMisses)} numbers made of ${keyName(key)} missed, so turns decide.`;
			return { says: `${missed} ${says}`, ...(figures && { figures }) };
		}
		const { backends: owners, ends, length, guide } = this.#rowOf(all);
		const passed: Backend[] = [];
		let at = place(0, length);
		let piece = guide.after(at);
		for (let question = 1; question <= mostMisses + all.length && owners[piece] !== picked; question++) {
			const owner = owners[piece];
			if (owner !== undefined) passed.push(owner);
			at = place(question, length);
			piece = guide.after(at);
		}
		const number = `number made of ${keyName(key)}, modulo ${rounded(length)}, the sum of the weights, is ${rounded(at)}`;
		const lands = `${number}, which lies in ${picked.id}’s part of the row`;
		const isOut = (backend: Backend): string => (backends.includes(backend) ? '' : 'is out');
		const misses =
			passed.length === 1 ? 'The first number points' : `The first ${String(passed.length)} numbers point`;
		const says =
			passed.length === 0
				? `The ${lands}.`
				: `${misses} to ${passedOver(passed, tried, isOut)}. The next ${lands}.`;
		return { says, mark: { piece, at: Math.min(at + 0.5, ends[piece] ?? at) / length } };
	}

	/** The row as it may be drawn. */
	space(backends: readonly Backend[]): Space {
		return rowSpace(this.#all ?? backends, ({ weight }) => weight);
	}
}

interface Row {
	readonly backends: readonly Backend[];
	/** Where each ends, from the first on. */
	readonly ends: Float64Array;
	readonly length: number;
	readonly guide: Guide;
}

function rowOf(backends: readonly Backend[]): Row {
	const ends = new Float64Array(backends.length);
	let end = 0;
	backends.forEach(({ weight }, index) => {
		end += weight;
		ends[index] = end;
	});
	return { backends, ends, length: end, guide: new Guide(ends, end) };
}

/** Is a backend on the list? A set is made when the list is another one, and not where everybody is there. */
export function presence(): (
	backends: readonly Backend[],
	all: readonly Backend[]
) => (backend: Backend) => boolean {
	let seen: readonly Backend[] | undefined;
	let seenAll: readonly Backend[] | undefined;
	let set: ReadonlySet<Backend> = new Set();
	let isThere = everybody;
	const isListed = (backend: Backend): boolean => set.has(backend);
	return (backends, all) => {
		if (backends !== seen || all !== seenAll) {
			[seen, seenAll] = [backends, all];
			set = new Set(backends);
			isThere = all.every(isListed) ? everybody : isListed;
		}
		return isThere;
	};
}

const everybody: (backend: Backend) => boolean = () => true;
