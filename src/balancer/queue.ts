import type { Cluster } from './cluster.ts';
import { isFull } from './full.ts';
import type { Backend, Call, Millis } from './strategy.ts';

export interface QueueRules {
	/** Calls that may wait for whoever has room first; Infinity unless told. */
	readonly limit?: number | undefined;
	/** Calls that may wait for one backend and no other, because the strategy insists on it; Infinity unless told. */
	readonly ownLimit?: number | undefined;
	/** How long a call waits, in either line, before it gives up; Infinity unless told. HAProxy's `timeout queue`. */
	readonly patienceMs?: Millis | undefined;
}

/** @throws RangeError for what is no number of calls or no length of time. */
export function assertQueue({ limit = 0, ownLimit = 0, patienceMs = Infinity }: QueueRules): void {
	for (const most of [limit, ownLimit]) {
		if (most >= 0) continue;
		throw new RangeError(
			`${String(most)} calls may wait: use a number from 0, or leave it out for any number.`
		);
	}
	if (!(patienceMs > 0)) {
		throw new RangeError(
			`A call may wait for ${String(patienceMs)} ms: use a number of milliseconds above 0, or leave it out.`
		);
	}
}

interface Place<Waiter> {
	readonly waiter: Waiter;
	readonly order: number;
	/** When it gives up. */
	readonly until: Millis;
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
export class Queue<Waiter extends object | number> {
	#cluster: Cluster;
	#limit: number;
	#ownLimit: number;
	#patience: Millis;
	#line: Line<Waiter> = new Set();
	#own = new Map<Backend, Line<Waiter>>();
	/** In the order in which they came, which is the order in which they will give up. */
	#places = new Map<Waiter, Place<Waiter>>();
	#entered = 0;

	constructor(cluster: Cluster, rules: QueueRules = {}) {
		assertQueue(rules);
		const { limit = Infinity, ownLimit = Infinity, patienceMs = Infinity } = rules;
		this.#cluster = cluster;
		this.#limit = limit;
		this.#ownLimit = ownLimit;
		this.#patience = patienceMs;
	}

	/** How many wait, for whomever. */
	get length(): number {
		return this.#places.size;
	}

	has(waiter: Waiter): boolean {
		return this.#places.has(waiter);
	}

	/** When the next of them gives up: call `expire` then. Infinity while nobody waits, or all have patience without end. */
	get due(): Millis {
		const [first] = this.#places.values();
		return first?.until ?? Infinity;
	}

	/** The next of those whose patience has ended by now, who waits no longer; ask until nobody comes. */
	expire(at: Millis): Waiter | undefined {
		const [first] = this.#places.values();
		if (first === undefined || first.until > at) return undefined;
		this.leave(first.waiter);
		return first.waiter;
	}

	/** The backend that takes the call now and has counted it; or it waits; or nobody could ever take it or the line is full. */
	enter(waiter: Waiter, call: Call, tried?: readonly Backend[]): Backend | 'waits' | 'refused' {
		const cluster = this.#cluster;
		// Where all are out, somebody may be back by now; if not, those who wait already are no reason to join them.
		if (cluster.available.length === 0) cluster.pass(call.at);
		if (cluster.available.length === 0) return 'refused';
		if (this.#line.size > 0 && cluster.strategy.overtakes !== true)
			return this.#join(waiter, undefined, call.at);
		const picked = cluster.choose(call, tried);
		if (picked === undefined) return this.#join(waiter, undefined, call.at);
		if (isFull(picked)) return this.#join(waiter, picked, call.at);
		cluster.take(picked, call.at);
		return picked;
	}

	/**
	 * Who goes to this backend now, counted already; undefined: it has no room or nobody waits. Ask after each release and
	 * each return, until nobody comes.
	 */
	next(backend: Backend, at: Millis): Waiter | undefined {
		if (this.#places.size === 0 || backend.inflight >= backend.limit) return undefined;
		const [own] = this.#own.get(backend) ?? [];
		const [first] = this.#cluster.available.includes(backend) ? this.#line : [];
		const place = own !== undefined && (first === undefined || own.order < first.order) ? own : first;
		if (place === undefined) return undefined;
		this.#forget(place);
		this.#cluster.take(backend, at);
		this.#cluster.counted(backend);
		return place.waiter;
	}

	/** The first of those who wait for whoever has room waits no longer, and nothing is counted. */
	shift(): Waiter | undefined {
		const [first] = this.#line;
		if (first !== undefined) this.#forget(first);
		return first?.waiter;
	}

	/**
	 * Those who wait for this backend and no other wait no longer, in their order: for a host that places them anew when the
	 * backend goes, as HAProxy does with `option redispatch`.
	 */
	disperse(backend: Backend): readonly Waiter[] {
		const places = [...(this.#own.get(backend) ?? [])];
		for (const place of places) this.#forget(place);
		if (places.length > 0) this.#cluster.counted(backend);
		this.#own.delete(backend);
		return places.map(({ waiter }) => waiter);
	}

	/** It waits no longer: it gave up, or its time is over. False when it did not wait. */
	leave(waiter: Waiter): boolean {
		const place = this.#places.get(waiter);
		if (place === undefined) return false;
		this.#forget(place);
		if (place.backend !== undefined) this.#cluster.counted(place.backend);
		return true;
	}

	#join(waiter: Waiter, backend: Backend | undefined, at: Millis): 'waits' | 'refused' {
		const line = backend === undefined ? this.#line : this.#lineOf(backend);
		if (line.size >= (backend === undefined ? this.#limit : this.#ownLimit)) return 'refused';
		const place = { waiter, order: this.#entered++, until: at + this.#patience, backend };
		line.add(place);
		this.#places.set(waiter, place);
		this.#cluster.wait(backend, 1);
		if (backend !== undefined) this.#cluster.counted(backend);
		return 'waits';
	}

	#forget(place: Place<Waiter>): void {
		const { waiter, backend } = place;
		this.#places.delete(waiter);
		(backend === undefined ? this.#line : this.#lineOf(backend)).delete(place);
		this.#cluster.wait(backend, -1);
	}

	#lineOf(backend: Backend): Line<Waiter> {
		const line = this.#own.get(backend) ?? new Set();
		this.#own.set(backend, line);
		return line;
	}
}
