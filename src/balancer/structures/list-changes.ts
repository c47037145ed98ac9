import type { Backend, Millis } from '../strategy.ts';

/** What happens to the servers of a list, one by one. */
export interface ListChanges {
	/** One more to start with: nothing was picked yet, and it is new. */
	added(backend: Backend): void;
	left(backend: Backend): void;
	/** It went out in the instant it was added, before the first pick: it was configured, but never there. */
	withdrawn(backend: Backend): void;
	/** It is back, or new to a balancer that is at work. */
	joined(backend: Backend): void;
	weighed(backend: Backend): void;
}

export interface ListWatch {
	/** Tell what is different in this list; nothing when it is the same array. */
	readonly see: (backends: readonly Backend[], at?: Millis) => void;
	/** A pick is made: from now on whoever is new has joined. */
	started(): void;
}

/**
 * For strategies that go from one list to the next by what happened rather than start afresh, because their state
 * depends on the order of it. O(n) for a new list, O(1) for each of those it starts with.
 */
export function listWatch(changes: ListChanges): ListWatch {
	let seen: readonly Backend[] = [];
	let hasStarted = false;
	let round = 0;
	/** Everyone who was added before the first pick. */
	const ever = new Set<Backend>();
	const present = new Map<Backend, { round: number; since: number; weight: number }>();
	const meet = (backend: Backend): void => {
		present.set(backend, { round, since: backend.since, weight: backend.weight });
		if (hasStarted || ever.has(backend)) changes.joined(backend);
		else {
			ever.add(backend);
			changes.added(backend);
		}
	};
	return {
		see(backends, at) {
			if (backends === seen) return;
			const grew = !hasStarted && backends.length === seen.length + 1;
			seen = backends;
			const last = backends[backends.length - 1];
			if (grew && last !== undefined && !ever.has(last)) {
				meet(last);
				return;
			}
			round++;
			for (const backend of backends) {
				const known = present.get(backend);
				if (known?.since === backend.since) known.round = round;
			}
			for (const [backend, known] of present) {
				if (known.round === round) continue;
				present.delete(backend);
				if (!hasStarted && at === known.since) changes.withdrawn(backend);
				else changes.left(backend);
			}
			for (const backend of backends) {
				const known = present.get(backend);
				if (known === undefined) meet(backend);
				else if (known.weight !== backend.weight) {
					known.weight = backend.weight;
					changes.weighed(backend);
				}
			}
		},
		started() {
			if (hasStarted) return;
			hasStarted = true;
			ever.clear();
		}
	};
}
