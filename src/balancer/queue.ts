import type { Cluster } from './cluster.ts';
import { isFull } from './full.ts';
import type { Backend, Call, Millis } from './strategy.ts';

export interface QueueRules {
	/** Calls that may wait for whoever has room first; Infinity unless told. */
	readonly limit?: number | undefined;
	/** Calls that may wait for one backend and no other, because the strategy insists on it; Infinity unless told. */
	readonly ownLimit?: number | undefined;
}

interface Place<Waiter> {
	readonly waiter: Waiter;
	readonly order: number;
	/** Whom it waits for; undefined: whoever has room first. */
	readonly backend: Backend | undefined;
}

type Line<Waiter> = Set<Place<Waiter>>;

/**
 * The waiting room of a host: calls wait in it while all that could take them are full, as HAProxy has them wait
 * (2.6, queue.c, 2022). There is one line for whoever has room first, and one for each backend that a strategy insists on.
 *
 * When a backend has room, the oldest of the two lines goes in, its own first on a tie, and no strategy is asked. A
 * newcomer goes behind those who wait already, unless the strategy says that it `overtakes`.
 */
export class Queue<Waiter extends object> {
	#cluster: Cluster;
	#limit: number;
	#ownLimit: number;
	#line: Line<Waiter> = new Set();
	#own = new Map<Backend, Line<Waiter>>();
	#places = new Map<Waiter, Place<Waiter>>();
	#entered = 0;

	constructor(cluster: Cluster, { limit = Infinity, ownLimit = Infinity }: QueueRules = {}) {
		this.#cluster = cluster;
		this.#limit = limit;
		this.#ownLimit = ownLimit;
	}

	/** How many wait, for whomever. */
	get length(): number {
		return this.#places.size;
	}

	/** The backend that takes the call now and has counted it; or it waits; or nobody could ever take it or the line is full. */
	enter(waiter: Waiter, call: Call, tried?: readonly Backend[]): Backend | 'waits' | 'refused' {
		const cluster = this.#cluster;
		// Where all are out, somebody may be back by now; if not, those who wait already are no reason to join them.
		if (cluster.available.length === 0) cluster.pass(call.at);
		if (cluster.available.length === 0) return 'refused';
		if (this.#line.size > 0 && cluster.strategy.overtakes !== true) return this.#join(waiter, undefined);
		const picked = cluster.choose(call, tried);
		if (picked === undefined) return this.#join(waiter, undefined);
		if (isFull(picked)) return this.#join(waiter, picked);
		cluster.take(picked, call.at);
		return picked;
	}

	/**
	 * Who goes to this backend now, counted already; undefined: it has no room or nobody waits. Ask after each release and
	 * each return, until nobody comes. A release by one without a limit makes no room: it had room all along.
	 */
	next(backend: Backend, at: Millis, cause: 'release' | 'return'): Waiter | undefined {
		if (backend.inflight >= backend.limit) return undefined;
		if (backend.limit === Infinity && cause === 'release') return undefined;
		const [own] = this.#own.get(backend) ?? [];
		const [first] = this.#cluster.available.includes(backend) ? this.#line : [];
		const place = own !== undefined && (first === undefined || own.order < first.order) ? own : first;
		if (place === undefined) return undefined;
		this.#forget(place);
		this.#cluster.take(backend, at);
		this.#cluster.strategy.counted?.(backend);
		return place.waiter;
	}

	/** The first of those who wait for whoever has room waits no longer, and nothing is counted. */
	shift(): Waiter | undefined {
		const [first] = this.#line;
		if (first !== undefined) this.#forget(first);
		return first?.waiter;
	}

	/** It waits no longer: it gave up, or its time is over. False when it did not wait. */
	leave(waiter: Waiter): boolean {
		const place = this.#places.get(waiter);
		if (place === undefined) return false;
		this.#forget(place);
		if (place.backend !== undefined) this.#cluster.strategy.counted?.(place.backend);
		return true;
	}

	#join(waiter: Waiter, backend: Backend | undefined): 'waits' | 'refused' {
		const line = backend === undefined ? this.#line : this.#lineOf(backend);
		if (line.size >= (backend === undefined ? this.#limit : this.#ownLimit)) return 'refused';
		const place = { waiter, order: this.#entered++, backend };
		line.add(place);
		this.#places.set(waiter, place);
		if (backend !== undefined) {
			this.#cluster.wait(backend, 1);
			this.#cluster.strategy.counted?.(backend);
		}
		return 'waits';
	}

	#forget(place: Place<Waiter>): void {
		this.#places.delete(place.waiter);
		if (place.backend === undefined) {
			this.#line.delete(place);
			return;
		}
		this.#lineOf(place.backend).delete(place);
		this.#cluster.wait(place.backend, -1);
	}

	#lineOf(backend: Backend): Line<Waiter> {
		const line = this.#own.get(backend) ?? new Set();
		this.#own.set(backend, line);
		return line;
	}
}
