import { whenListChanges } from '../choose.ts';
import type { Backend } from '../strategy.ts';
import { smoothTurns, type SmoothTurns } from '../strategies/smooth-weighted-round-robin.ts';

/** After more misses than this the hash has had its say, and turns decide. */
export const mostMisses = 20;

/**
 * How NGINX's ip_hash, hash and random find somebody: a number points to a place in a row where each backend is as long as
 * its weight. Those that are down keep their places, so they come back to what they had; whoever points at one of
 * them, at a full one or at one that has failed on this request, is given another number, up to twenty times. Then the turns of
 * weighted round robin decide.
 *
 * A place is found in O(log n).
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
		const { backends: owners, ends } = this.#rowOf(all);
		const length = ends[ends.length - 1] ?? 0;
		const present = this.#present(backends, all);
		let again = 0;
		for (let question = 0; this.#misses <= mostMisses; question++) {
			const backend = owners[indexAt(ends, place(question, length))];
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
}

interface Row {
	readonly backends: readonly Backend[];
	/** Where each ends, from the first on. */
	readonly ends: Float64Array;
}

function rowOf(backends: readonly Backend[]): Row {
	const ends = new Float64Array(backends.length);
	let end = 0;
	backends.forEach(({ weight }, index) => {
		end += weight;
		ends[index] = end;
	});
	return { backends, ends };
}

/** The first that ends after the place. */
function indexAt(ends: Float64Array, place: number): number {
	let low = 0;
	let high = ends.length - 1;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((ends[middle] ?? 0) <= place) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** Is a backend on the list? A set is made when the list is another one, and not where everybody is there. */
export function presence(): (
	backends: readonly Backend[],
	all: readonly Backend[]
) => (backend: Backend) => boolean {
	let seen: readonly Backend[] | undefined;
	let set: ReadonlySet<Backend> = new Set();
	const isThere = (backend: Backend): boolean => set.has(backend);
	return (backends, all) => {
		if (backends.length === all.length) return everybody;
		if (backends !== seen) {
			seen = backends;
			set = new Set(backends);
		}
		return isThere;
	};
}

const everybody = (): boolean => true;
