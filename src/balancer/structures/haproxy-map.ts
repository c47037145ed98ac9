import { wholeWeight } from './haproxy-weight.ts';
import type { Because, Backend, Space } from '../strategy.ts';

/**
 * HAProxy's server map (`hash-type map-based`, `static-rr`): as many slots as the weights sum to, each weight
 * mixed in evenly. Weights 3, 2, 1 give a a b a b c. Made anew when the list changes, so one server more or less moves
 * nearly every slot, and nearly every client with it.
 */
export interface ServerMap {
	/** The slots for this list; the same array as long as the list is. */
	slots(backends: readonly Backend[]): readonly Backend[];
	/**
	 * The slots where only the first backup is to stand in: as many as its weight, but HAProxy 2.6 fills them as if all
	 * backups took part (lb_map.c, recalc_server_map, 2022), so that another may stand there.
	 */
	backupSlots(backups: readonly Backend[]): readonly Backend[];
	/** Hand on from `Strategy.members`: servers that are out and backups count in the greatest common divisor of the weights. */
	readonly members: (primaries: readonly Backend[], all?: readonly Backend[]) => void;
}

export function serverMap(): ServerMap {
	let configured: readonly Backend[] = [];
	let seen: readonly Backend[] | undefined;
	let slots: readonly Backend[] = [];
	let seenBackups: readonly Backend[] | undefined;
	let backupSlots: readonly Backend[] = [];
	/** The last above 0 of each: a server set to 0 is out, and the others keep the slots they had without it. */
	const weights = new WeakMap<Backend, number>();
	const weightOf = (backend: Backend): number => {
		const weight = backend.weight > 0 ? wholeWeight(backend.weight) : (weights.get(backend) ?? 0);
		weights.set(backend, weight);
		return weight;
	};
	const sharesOf = (backends: readonly Backend[]): readonly number[] => {
		const shares = backends.map(weightOf);
		const divisor = [...shares, ...configured.map(weightOf)].reduce(greatestCommonDivisor, 0);
		return shares.map((share) => share / divisor);
	};
	return {
		slots(backends) {
			if (backends !== seen) {
				seen = backends;
				slots = fill(backends, sharesOf(backends));
			}
			return slots;
		},
		backupSlots(backups) {
			if (backups !== seenBackups) {
				seenBackups = backups;
				const shares = sharesOf(backups);
				const [round = 0] = shares;
				backupSlots = round > 1 ? spread(backups, shares, round) : backups.slice(0, 1);
			}
			return backupSlots;
		},
		members(primaries, all = primaries) {
			const last = all[all.length - 1];
			// Thousands may be added one by one.
			if (all.length === configured.length + 1 && last !== undefined) weightOf(last);
			else all.forEach(weightOf);
			configured = all;
			seen = seenBackups = undefined;
		}
	};
}

/**
 * Each server earns its weight at every slot; the slot goes to the first of those with the highest rank, a count of
 * whole rounds it is owed, and it pays one round. O(slots × servers), but for equal weights, where the servers
 * simply follow one another.
 */
export function fill(backends: readonly Backend[], weights: readonly number[]): readonly Backend[] {
	const round = weights.reduce((sum, weight) => sum + weight, 0);
	if (weights.every((weight) => weight === weights[0])) {
		return Array.from({ length: weights[0] ?? 0 }, () => backends).flat();
	}
	return spread(backends, weights, round);
}

function spread(backends: readonly Backend[], weights: readonly number[], round: number): readonly Backend[] {
	const earned = new Int32Array(weights.length);
	const slots: Backend[] = [];
	for (let slot = 0; slot < round; slot++) {
		let highest = -1;
		let owner = 0;
		for (let i = 0; i < earned.length; i++) {
			const mine = (earned[i] ?? 0) + (weights[i] ?? 0);
			earned[i] = mine;
			const rank = Math.trunc((mine + round) / round);
			if (rank > highest) {
				highest = rank;
				owner = i;
			}
		}
		earned[owner] = (earned[owner] ?? 0) - round;
		const backend = backends[owner];
		if (backend !== undefined) slots.push(backend);
	}
	return slots;
}

function greatestCommonDivisor(a: number, b: number): number {
	let [larger, smaller] = [a, b];
	while (smaller > 0) [larger, smaller] = [smaller, larger % smaller];
	return larger;
}

/** The map as it may be drawn. */
export function mapSpace(slots: readonly Backend[], backends: readonly Backend[]): Space {
	const placeOf = new Map(backends.map((backend, place) => [backend, place]));
	return { kind: 'table', backends, owners: slots.map((backend) => placeOf.get(backend) ?? 0) };
}

/** Why the turn on the map was this one's. */
export function turnOnMap({ id }: Backend, slots: readonly Backend[], slot: number): Because {
	return {
		says: `The turn has come to slot ${String(slot)} on the map of ${String(slots.length)}, from 0 on, and ${id} stands there.`,
		mark: { piece: slot }
	};
}

/**
 * Turns around the slots for those who do not say where they belong (and for `static-rr`, whose whole idea it is):
 * full servers are passed over, the avoided one too unless nobody else has room.
 */
export interface Turns {
	next(
		slots: readonly Backend[],
		isFull: (backend: Backend) => boolean,
		avoided: Backend | undefined
	): Backend | undefined;
	/** The slot of the last turn. */
	readonly last: number;
}

export function turns(): Turns {
	/** Stays where it is when the map changes, even past the end; only a turn takes it back to 0. */
	let cursor = 0;
	return {
		get last() {
			return Math.max(0, cursor - 1);
		},
		next(slots, isFull, avoided) {
			if (cursor >= slots.length) cursor = 0;
			let place = cursor;
			let secondBest: Backend | undefined;
			let placeAfterSecondBest = cursor;
			do {
				const backend = slots[place++];
				if (backend !== undefined && !isFull(backend)) {
					if (backend !== avoided) {
						cursor = place;
						return backend;
					}
					secondBest = backend;
					placeAfterSecondBest = place;
				}
				if (place === slots.length) place = 0;
			} while (place !== cursor);
			cursor = placeAfterSecondBest;
			return secondBest;
		}
	};
}
