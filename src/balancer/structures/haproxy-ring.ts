import { Guide } from './guide.ts';
import { avalanche } from './haproxy-hash.ts';
import { effectiveWeight } from './haproxy-weight.ts';
import type { Backend, Space } from '../strategy.ts';

/**
 * HAProxy's ring (`hash-type consistent`, `random`): 2^32 positions in a circle, and on it each server with 16 points
 * for every unit of its weight. A key belongs to the point nearest to its hash, on either side. Where a point lies depends
 * only on the server's number and the point's own, so a server that leaves hands its keys to its neighbours on the
 * circle, and one that changes its weight puts up or takes down its last points.
 *
 * Weight 1 means only 16 points, too few for an even spread: five equal servers got from 14 to 25 percent. Weights of
 * 100 each cure it.
 */
export class HaproxyRing {
	/** The positions of the points, ascending; among equals in the order they were put up. */
	#keys: Uint32Array = new Uint32Array(0);
	/** To the keys. */
	#guide = new Guide(this.#keys, 2 ** 32);
	/** Whose each point is: a place in `backends`. */
	#owners: Uint32Array = new Uint32Array(0);
	/** Which of its owner's points each is, from 0. */
	#numbers: Uint16Array = new Uint16Array(0);
	/** How many points each backend has. */
	#counts: readonly number[] = [];
	#backends: readonly Backend[] = [];
	/** The point of the last turn; −1 before the first. */
	#turn = -1;

	get size(): number {
		return this.#keys.length;
	}

	/** How many points a backend of this list has: its effective weight. */
	pointsOf(place: number): number {
		return this.#counts[place] ?? 0;
	}

	owner(point: number): Backend | undefined {
		return this.#backends[this.#owners[point] ?? 0];
	}

	/** The owner's place in the list. */
	place(point: number): number {
		return this.#owners[point] ?? 0;
	}

	/** Where a point lies, from 0 to 1. */
	partOf(point: number): number {
		return (this.#keys[point] ?? 0) / 2 ** 32;
	}

	/** The point of the last turn. */
	get lastTurn(): number {
		return this.#turn;
	}

	/** The ring as it may be drawn. */
	space(): Space {
		const ends = Float64Array.from(this.#keys, (key) => key / 2 ** 32);
		return { kind: 'ring', nearest: true, backends: this.#backends, owners: this.#owners, ends };
	}

	after(point: number): number {
		return point + 1 < this.#keys.length ? point + 1 : 0;
	}

	/** Take down and put up what differs from the last list. O(points), or nothing when no points differ. */
	follow(backends: readonly Backend[]): void {
		if (backends === this.#backends) return;
		const counts = backends.map(({ weight }) => effectiveWeight(weight));
		const same = (backend: Backend, place: number): boolean =>
			backend === this.#backends[place] && counts[place] === this.#counts[place];
		if (backends.length === this.#backends.length && backends.every(same)) {
			this.#backends = backends;
			return;
		}
		const placeOf = new Map(backends.map((backend, place) => [backend, place]));
		/** How many of a backend's points stay, by its old place; its new place or −1. */
		const newPlaces = this.#backends.map((backend) => placeOf.get(backend) ?? -1);
		const stay = new Map(newPlaces.map((place, old) => [place, this.#counts[old] ?? 0]));
		const added = newPoints(backends, counts, stay);
		const points = counts.reduce((sum, count) => sum + count, 0);
		const [keys, owners, numbers] = [
			new Uint32Array(points),
			new Uint32Array(points),
			new Uint16Array(points)
		];
		let filled = 0;
		let next = 0;
		let turn = -1;
		const put = (key: number, owner: number, number: number): void => {
			keys[filled] = key;
			owners[filled] = owner;
			numbers[filled++] = number;
		};
		const putAdded = (before: number): void => {
			for (; next < added.length; next++) {
				const point = added[next];
				if (point === undefined || point.key >= before) return;
				put(point.key, point.owner, point.number);
			}
		};
		for (let old = 0; old < this.#keys.length; old++) {
			const owner = newPlaces[this.#owners[old] ?? 0] ?? -1;
			const number = this.#numbers[old] ?? 0;
			if (owner < 0 || number >= (counts[owner] ?? 0)) continue;
			const key = this.#keys[old] ?? 0;
			putAdded(key);
			// A point that is taken down while the turn stands on it hands the turn to the next.
			if (turn < 0 && this.#turn >= 0 && old >= this.#turn) turn = filled;
			put(key, owner, number);
		}
		putAdded(Infinity);
		if (turn < 0 && this.#turn >= 0) turn = this.#firstThatStayed(numbers, owners, stay);
		this.#turn = turn;
		[this.#keys, this.#owners, this.#numbers] = [keys, owners, numbers];
		this.#guide = new Guide(keys, 2 ** 32);
		this.#counts = counts;
		this.#backends = backends;
	}

	/** Round the circle to the first point that was there before; −1 if there is none. */
	#firstThatStayed(numbers: Uint16Array, owners: Uint32Array, stay: ReadonlyMap<number, number>): number {
		return numbers.findIndex((number, point) => number < (stay.get(owners[point] ?? 0) ?? 0));
	}

	/** The point nearest to a position; the one before it when both are equally near. −1 on an empty ring. */
	nearest(word: number): number {
		const position = word >>> 0;
		const keys = this.#keys;
		if (keys.length === 0) return -1;
		const next = this.#guide.around(word);
		const previous = next === 0 ? keys.length - 1 : next - 1;
		const back = (position - (keys[previous] ?? 0)) >>> 0;
		const ahead = ((keys[next] ?? 0) - position) >>> 0;
		return back <= ahead ? previous : next;
	}

	/**
	 * From a point upwards to the first whose owner is not the avoided one and not too busy. After a full circle it gives up
	 * and stays at the last point of the ring.
	 */
	passOver(from: number, avoided: Backend | undefined, isTooBusy?: (backend: Backend) => boolean): number {
		let point = from;
		let circles = 0;
		for (;;) {
			const backend = this.owner(point);
			if (backend === undefined) return point;
			if (backend !== avoided && isTooBusy?.(backend) !== true) return point;
			const next = this.after(point);
			if (next === 0 && ++circles > 1) return point;
			point = next;
		}
	}

	/**
	 * One step along the points for a request that carries no key: over full servers, and over the avoided one unless
	 * nobody else has room. The first turn of all, as in HAProxy, knows no way around: it looks at one point.
	 */
	turn(isFull: (backend: Backend) => boolean, avoided: Backend | undefined): Backend | undefined {
		if (this.size === 0) return undefined;
		let stop = this.#turn;
		let secondBest = -1;
		let point = this.#turn;
		do {
			point = this.after(point);
			if (stop < 0) stop = point;
			const backend = this.owner(point);
			if (backend === undefined || isFull(backend)) continue;
			if (backend !== avoided) {
				this.#turn = point;
				return backend;
			}
			secondBest = point;
		} while (point !== stop);
		this.#turn = secondBest;
		return secondBest < 0 ? undefined : avoided;
	}
}

interface Point {
	readonly key: number;
	readonly owner: number;
	readonly number: number;
}

/** The points to put up, in order: all of a newcomer's, the last of one who became heavier. */
function newPoints(
	backends: readonly Backend[],
	counts: readonly number[],
	stay: ReadonlyMap<number, number>
): readonly Point[] {
	const points: Point[] = [];
	backends.forEach((backend, owner) => {
		for (let number = stay.get(owner) ?? 0; number < (counts[owner] ?? 0); number++) {
			points.push({ key: avalanche(Math.imul(backend.number, 4096) + number), owner, number });
		}
	});
	// Sorting keeps the order of equals.
	return points.sort((a, b) => a.key - b.key);
}
