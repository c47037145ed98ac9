import { Cluster, type ClusterChange, type ClusterOptions, type HearWhy } from './cluster.ts';
import { isFull } from './full.ts';
import { Queue, type QueueRules } from './queue.ts';
import { Stickiness } from './stickiness.ts';
import type { Backend, Call, Millis, Outcome, Strategy } from './strategy.ts';

export interface ReceptionRules {
	readonly cluster?: ClusterOptions | undefined;
	/** Calls wait while all are full; absent: they are declined. */
	readonly queue?: QueueRules | undefined;
	/** A client goes where it went before. */
	readonly sticky?: boolean | undefined;
}

/** What a host does when it is not its own turn to speak. */
export interface ReceptionHost<Waiter> {
	/** There is room now for one that waited: it goes to this backend, and is counted already. */
	admit(waiter: Waiter, backend: Backend, at: Millis): void;
	/** Whom it waited for has gone: place it again. */
	replace(waiter: Waiter): void;
}

/**
 * What stands between a host and its cluster where calls may wait or belong somewhere, the same in the simulator, the
 * proxy and a replay: the client's own server first, then the line, then the strategy.
 */
export class Reception<Waiter extends object | number> {
	readonly cluster: Cluster;
	#host: ReceptionHost<Waiter>;
	#queue: Queue<Waiter> | undefined;
	#sticky: Stickiness | undefined;

	constructor(strategy: Strategy, rules: ReceptionRules, host: ReceptionHost<Waiter>) {
		const { cluster = {}, queue, sticky } = rules;
		this.#host = host;
		this.cluster = new Cluster(strategy, {
			...cluster,
			onChange: (change) => {
				cluster.onChange?.(change);
				if (this.#queue !== undefined) this.#heard(this.#queue, change);
			}
		});
		if (queue !== undefined) this.#queue = new Queue(this.cluster, queue);
		if (sticky === true) this.#sticky = new Stickiness(this.cluster);
	}

	/** How many wait. */
	get waiting(): number {
		return this.#queue?.length ?? 0;
	}

	/** When the next of those who wait gives up: call `expire` then. Infinity when nobody will. */
	get due(): Millis {
		return this.#queue?.due ?? Infinity;
	}

	/** Who takes the call now and has counted it; or it waits; undefined: nobody takes it. */
	place(
		waiter: Waiter,
		call: Call,
		tried: readonly Backend[],
		hear?: HearWhy
	): Backend | 'waits' | undefined {
		const own = this.#sticky?.backendOf(call.key);
		if (own !== undefined && !tried.includes(own) && !isFull(own)) return this.take(own, call);
		let backend: Backend | 'waits' | 'refused' | undefined;
		if (this.#queue === undefined) backend = this.cluster.acquire(call, tried, hear);
		else backend = this.#queue.enter(waiter, call, tried);
		if (backend === undefined || backend === 'refused') return undefined;
		if (backend !== 'waits') this.#sticky?.learn(call.key, backend);
		return backend;
	}

	/** It goes there, whatever the strategy would say; count it. */
	take(backend: Backend, { key, at }: Call): Backend {
		this.cluster.take(backend, at);
		this.cluster.counted(backend);
		this.#sticky?.learn(key, backend);
		return backend;
	}

	/** A call that was placed has ended: whoever waits may go in. */
	release(backend: Backend, outcome: Outcome): void {
		this.cluster.release(backend, outcome);
		if (this.#queue !== undefined) this.#letIn(this.#queue, backend, outcome.at);
	}

	/** There may be room here for those who wait: the host has news of it. */
	letIn(backend: Backend, at: Millis): void {
		if (this.#queue !== undefined) this.#letIn(this.#queue, backend, at);
	}

	/** It waits no longer. False when it did not wait. */
	leave(waiter: Waiter): boolean {
		return this.#queue?.leave(waiter) ?? false;
	}

	/** The next of those whose patience has ended by now; ask until nobody comes. */
	expire(at: Millis): Waiter | undefined {
		return this.#queue?.expire(at);
	}

	#letIn(queue: Queue<Waiter>, backend: Backend, at: Millis): void {
		for (let waiter = queue.next(backend, at); waiter !== undefined; waiter = queue.next(backend, at))
			this.#host.admit(waiter, backend, at);
	}

	/** Who had a place of its own in mind is placed anew when that goes; and whoever may be chosen now, a backup perhaps, may have room. */
	#heard(queue: Queue<Waiter>, { backend, at }: ClusterChange): void {
		if (!this.cluster.available.includes(backend))
			for (const waiter of queue.disperse(backend)) this.#host.replace(waiter);
		for (const one of this.cluster.available) this.#letIn(queue, one, at);
	}
}
