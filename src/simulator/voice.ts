import type { ClusterChange } from '#balancer/cluster.ts';
import type { Backend, Because, Millis, Result } from '#balancer/strategy.ts';
import type { StrategyChoice } from '#record/choice.ts';
import type { BackendEvent, Ear, Loads, Machine, Reason, TraceEvent } from '#record/event.ts';
import * as its from './attempt-row.ts';
import type { Attempts } from './attempts.ts';
import type { Books } from './books.ts';
import * as ofRequest from './request-row.ts';
import type { ServerSpec } from './scenario.ts';
import type { Server } from './server.ts';

/** Tells what happens to those who listen. Where much happens, ask whether it is `heard` before telling. */
export class Voice {
	/** Somebody listens, or keeps books. */
	heard = false;
	#books: Books | undefined;
	#ears: readonly Ear[] = [];
	#attempts: Attempts;

	constructor(attempts: Attempts) {
		this.#attempts = attempts;
	}

	/** Call what is returned to stop. */
	listen(ear: Ear): () => void {
		this.#hearken([...this.#ears, ear]);
		return () => {
			this.#hearken(this.#ears.filter((other) => other !== ear));
		};
	}

	/** Somebody listens to events. */
	get hasEars(): boolean {
		return this.#ears.length > 0;
	}

	/** Books are kept of it from now on. */
	keep(books: Books): void {
		this.#books = books;
		this.heard = true;
	}

	tell(event: TraceEvent): void {
		for (const ear of this.#ears) ear(event);
	}

	sent(at: Millis, request: number): void {
		this.#books?.sent(request, at);
		if (!this.hasEars) return;
		const { requests } = this.#attempts;
		const [id, key] = [requests.idOf(request), requests.keyOf(request)];
		this.tell({ kind: 'send', at, id, key, work: this.#workOf(request) });
	}

	picked(
		at: Millis,
		attempt: number,
		{ id: backend }: Backend,
		loads: Loads | undefined,
		because: Because | undefined
	): void {
		if (!this.hasEars) return;
		const { requests } = this.#attempts;
		const key = requests.keyOf(this.#attempts.requestOf(attempt));
		const why = { ...(loads && { loads }), ...(because && { because }) };
		const { id, attempt: number } = this.#named(attempt);
		this.tell({ kind: 'pick', at, id, key, attempt: number, backend, ...why });
	}

	/** It came to a place inside the server. */
	came(kind: 'queue' | 'finish' | 'drop', at: Millis, attempt: number, backend: string): void {
		if (kind !== 'queue') this.#books?.left(attempt, this.#attempts.serverOf(attempt), at);
		if (!this.hasEars) return;
		this.tell({ kind, at, ...this.#named(attempt), backend });
	}

	/** A worker has taken it up. */
	started(at: Millis, attempt: number, backend: string): void {
		this.#books?.started(attempt, this.#attempts.serverOf(attempt), at);
		if (!this.hasEars) return;
		const { fractions } = this.#attempts.memory;
		const work = fractions[(attempt + its.left) >> 1] ?? 0;
		const waitMs = (fractions[(attempt + its.leftAt) >> 1] ?? at) - at;
		const other = work !== this.#workOf(this.#attempts.requestOf(attempt)) && { work };
		const wait = waitMs > 0 && { waitMs };
		this.tell({ kind: 'start', at, ...this.#named(attempt), backend, ...other, ...wait });
	}

	/** It waits at the gate. */
	waits(at: Millis, attempt: number): void {
		this.tell({ kind: 'hold', at, ...this.#named(attempt) });
	}

	/** The gate has its outcome. */
	ended(
		at: Millis,
		attempt: number,
		backend: string,
		latency: Millis,
		result: Result,
		reason: Reason | undefined
	): void {
		if (!this.hasEars) return;
		const why = reason && { reason };
		this.tell({ kind: 'end', at, ...this.#named(attempt), backend, latency, result, ...why });
	}

	/** Something happened to a machine itself. */
	befell(server: number, event: BackendEvent): void {
		if (event.change === 'stop') this.#books?.stopped(server, event.at);
		this.tell(event);
	}

	/** A slow fact changed; `server` is what stands behind a backend that was added. */
	changed({ at, backend, change, weight }: ClusterChange, server: () => Server): void {
		if (!this.heard) return;
		if (change === 'added') this.tell(introduction(at, backend, server(), weight));
		else if (change === 'weight' || change === 'grown')
			this.tell({
				kind: 'backend',
				at,
				backend: backend.id,
				change,
				value: change === 'weight' ? weight : backend.weight
			});
		else this.tell({ kind: 'backend', at, backend: backend.id, change });
	}

	#workOf(request: number): Millis {
		return this.#attempts.memory.fractions[(request + ofRequest.work) >> 1] ?? 0;
	}

	#named(attempt: number): { readonly id: number; readonly attempt: number } {
		const { requests } = this.#attempts;
		return {
			id: requests.idOf(this.#attempts.requestOf(attempt)),
			attempt: this.#attempts.numberOf(attempt)
		};
	}

	#hearken(ears: readonly Ear[]): void {
		this.#ears = ears;
		this.heard = this.hasEars || this.#books !== undefined;
	}
}

/** What a listener is told of a backend that is there already. */
export function introduction(
	at: Millis,
	{ id, weight, limit }: Backend,
	{ spec }: Server,
	wholeWeight = weight
): BackendEvent {
	return {
		kind: 'backend',
		at,
		backend: id,
		change: 'added',
		value: wholeWeight,
		...(limit < Infinity && { limit }),
		...(spec.backup && { backup: true }),
		machine: machineOf(spec)
	};
}

/** What a listener is told of a server that was ordered: when it will be there, and what it will be. */
export function announcement(at: Millis, spec: ServerSpec, inMs: Millis): BackendEvent {
	return { kind: 'backend', at, backend: spec.id, change: 'ordered', value: inMs, machine: machineOf(spec) };
}

function machineOf({ discipline, workers, slots, queue, speed }: ServerSpec): Machine {
	return { workers, ...(discipline === 'sharing' && { slots }), queue, speed };
}

/** What a listener is told of who decides. */
export function appointment(at: Millis, { name, knobs }: StrategyChoice, seed: number): TraceEvent {
	return { kind: 'strategy', at, name, knobs, seed };
}
