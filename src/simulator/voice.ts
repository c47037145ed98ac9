import type { ClusterChange } from '#balancer/cluster.ts';
import type { Backend, Millis } from '#balancer/strategy.ts';
import type { StrategyChoice } from '#record/choice.ts';
import type { BackendEvent, Ear, Loads, Machine, TraceEvent } from '#record/event.ts';
import type { Request } from './request.ts';

/** Tells what happens to those who listen. While nobody does, no event is made. */
export class Voice {
	#ears: readonly Ear[] = [];

	get heard(): boolean {
		return this.#ears.length > 0;
	}

	/** Call what is returned to stop. */
	listen(ear: Ear): () => void {
		this.#ears = [...this.#ears, ear];
		return () => {
			this.#ears = this.#ears.filter((other) => other !== ear);
		};
	}

	tell(event: TraceEvent): void {
		for (const ear of this.#ears) ear(event);
	}

	sent(at: Millis, { id, key, work }: Request): void {
		if (this.heard) this.tell({ kind: 'send', at, id, key, work });
	}

	picked(
		at: Millis,
		{ id, key, attempt }: Request,
		{ id: backend }: Backend,
		loads: Loads | undefined
	): void {
		if (this.heard) this.tell({ kind: 'pick', at, id, key, attempt, backend, ...(loads && { loads }) });
	}

	/** It came to a place inside the server. */
	came(kind: 'queue' | 'start' | 'finish', at: Millis, { id, attempt, backend }: Request): void {
		if (this.heard && backend !== undefined) this.tell({ kind, at, id, attempt, backend: backend.id });
	}

	ended(at: Millis, request: Request, latency: Millis): void {
		const { id, attempt, backend, result, reason } = request;
		if (!this.heard || backend === undefined) return;
		const why = reason && { reason };
		this.tell({ kind: 'end', at, id, attempt, backend: backend.id, latency, result, ...why });
	}

	/** A slow fact changed; `machine` is what stands behind a backend that was added. */
	changed({ at, backend, change }: ClusterChange, machine: () => Machine): void {
		if (!this.heard) return;
		if (change === 'added') this.tell(introduction(at, backend, machine()));
		else if (change === 'weight')
			this.tell({ kind: 'backend', at, backend: backend.id, change, value: backend.weight });
		else this.tell({ kind: 'backend', at, backend: backend.id, change });
	}
}

/** What a listener is told of a backend that is there already. */
export function introduction(
	at: Millis,
	{ id, weight }: Backend,
	{ workers, queue, speed }: Machine
): BackendEvent {
	return {
		kind: 'backend',
		at,
		backend: id,
		change: 'added',
		value: weight,
		machine: { workers, queue, speed }
	};
}

/** What a listener is told of who decides. */
export function appointment(at: Millis, { name, knobs }: StrategyChoice, seed: number): TraceEvent {
	return { kind: 'strategy', at, name, knobs, seed };
}
