import { degrees, pointMet, type Circle } from '../because.ts';
import { isFull } from '../full.ts';
import { HaproxyRing } from './haproxy-ring.ts';
import { effectiveWeight } from './haproxy-weight.ts';
import { noParameter } from '../key.ts';
import { listWatch } from './list-changes.ts';
import type { Backend, Knob, Millis, Strategy } from '../strategy.ts';

/** `hash-balance-factor`. */
export const balanceKnob: Knob = {
	title: 'Balance factor',
	says: 'No server takes more than this percentage of the mean load for its weight; up to 100 there is no bound.',
	min: 0,
	max: 1000,
	step: 1,
	initial: 0,
	unit: '%'
};

/**
 * The lookup that HAProxy's consistent hashes share: the nearest point on the ring, and from there upwards past a server
 * that this request failed on or that has more than its bound. `hashOf` gives undefined for a request without a key;
 * those take turns along the points.
 */
export function consistentStrategy(
	hashOf: (key: string) => number | undefined,
	balance: number,
	tally: Tally = newTally()
): Strategy {
	const ring = new HaproxyRing();
	const bound = balance > 100 ? newBound(balance, tally) : undefined;
	/** Before the first pick the order of changes is no matter, and a ring for each of thousands added would take long. */
	let hasStarted = false;
	return {
		walks: true,
		overtakes: true,
		// HAProxy 2.6 has both groups share a turn, and so may step along the backups' points while the others are back.
		forBackups: (which) => (which === 'group' ? consistentStrategy(hashOf, balance, tally) : undefined),
		changed(backends, at) {
			bound?.changed(backends, at);
			if (hasStarted) ring.follow(backends);
		},
		members: (primaries, all = primaries) => {
			bound?.members(all);
		},
		pick(backends, { key }, tried) {
			hasStarted = true;
			ring.follow(backends);
			bound?.beforePick(backends);
			const avoid = tried?.[tried.length - 1];
			// With one server left nothing is hashed.
			const hash = backends.length === 1 && key !== noParameter ? 0 : hashOf(key);
			const picked =
				hash === undefined
					? ring.turn(isFull, avoid)
					: ring.owner(ring.passOver(ring.nearest(hash), avoid, bound?.isReached));
			bound?.afterPick(picked);
			return picked;
		},
		because(picked, backends, { key }, tried) {
			const hash = hashOf(key);
			if (backends.length === 1 && key !== noParameter)
				return { says: `${picked.id} is alone on the list, so nothing is hashed.` };
			if (hash === undefined) {
				const piece = ring.lastTurn;
				const says = `Without a key requests step along the points of the ring; the next, at ${degrees(ring.partOf(piece))}, is ${picked.id}’s.`;
				return { says, mark: { piece } };
			}
			const circle: Circle = {
				size: ring.size,
				start: ring.nearest(hash),
				which: 'nearest',
				at: (hash >>> 0) / 2 ** 32,
				partOf: (point) => ring.partOf(point),
				ownerOf: (point) => ring.owner(point)
			};
			return pointMet(key, circle, picked, tried, (backend) =>
				bound?.isReached(backend) === true ? 'has reached its bound' : ''
			);
		},
		space(backends) {
			ring.follow(backends);
			return ring.space();
		},
		counted: (backend) => {
			bound?.count(backend);
		},
		done: (backend) => {
			bound?.count(backend);
		}
	};
}

/** What is in flight at all servers, in both groups, also at those that are out by now. */
interface Tally {
	readonly served: number;
	readonly count: (backend: Backend) => void;
}

function newTally(): Tally {
	let served = 0;
	const counts = new WeakMap<Backend, number>();
	return {
		get served() {
			return served;
		},
		count(backend) {
			served += backend.inflight - (counts.get(backend) ?? 0);
			counts.set(backend, backend.inflight);
		}
	};
}

interface Bound {
	changed(backends: readonly Backend[], at: Millis): void;
	members(all: readonly Backend[]): void;
	beforePick(backends: readonly Backend[]): void;
	afterPick(picked: Backend | undefined): void;
	count(backend: Backend): void;
	readonly isReached: (backend: Backend) => boolean;
}

/**
 * Bounded loads (Mirrokni, Thorup and Zadimoghaddam, 2016) as HAProxy counts them: the requests of all servers and the one to
 * come, times the factor, are shared out as slots by weight. What does not divide goes to servers by where they
 * stood in the configuration at the start.
 */
function newBound(factor: number, tally: Tally): Bound {
	/** Sum of the effective weights of those before it, at the start; 0 for whoever came later. */
	const standing = new WeakMap<Backend, number>();
	/** Of all that stood there at the start. */
	let before = 0;
	let length = 0;
	let picked: Backend | undefined;
	let seen: readonly Backend[] | undefined;
	let everybody: readonly Backend[] = [];
	const watch = listWatch({
		added(backend) {
			standing.set(backend, before);
			before += effectiveWeight(backend.weight);
		},
		joined: () => undefined,
		left: () => undefined,
		withdrawn(backend) {
			before -= effectiveWeight(backend.weight);
			standing.delete(backend);
		},
		weighed: () => undefined
	});
	return {
		changed: watch.see,
		members(all) {
			everybody = all;
			seen = undefined;
		},
		beforePick(backends) {
			watch.see(backends);
			watch.started();
			if (picked !== undefined) tally.count(picked);
			if (backends === seen) return;
			seen = backends;
			length = backends.reduce((sum, { weight }) => sum + effectiveWeight(weight), 0);
			everybody.forEach(tally.count);
			backends.forEach(tally.count);
		},
		afterPick(backend) {
			picked = backend;
		},
		count: tally.count,
		isReached(backend) {
			const size = effectiveWeight(backend.weight);
			const place = standing.get(backend) ?? 0;
			const slots = Math.floor(((tally.served + 1) * factor + 99) / 100);
			const rest = slots % length;
			// HAProxy multiplies in 32 bits.
			const share = (end: number): number => Math.floor((Math.imul(end, rest) >>> 0) / length);
			const mine = size * Math.floor(slots / length) + share(place + size) - share(place);
			return backend.inflight >= Math.max(1, mine);
		}
	};
}
