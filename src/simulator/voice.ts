import type { ClusterChange } from '#balancer/cluster.ts';
import type { Backend, Because, Millis, Result } from '#balancer/strategy.ts';
import type { StrategyChoice } from '#record/choice.ts';
import type { BackendEvent, Ear, Loads, Machine, Reason, TraceEvent } from '#record/event.ts';
import type { Attempt } from './attempt.ts';
import type { Request } from './request.ts';
import type { ServerSpec } from './scenario.ts';
import type { Server } from './server.ts';

/** Tells what happens to those who listen. Where much happens, ask whether it is `heard` before telling. */
export class Voice {
	/** Somebody listens. */
	heard = false;
	#ears: readonly Ear[] = [];

	/** Call what is returned to stop. */
	listen(ear: Ear): () => void {
		this.#hearken([...this.#ears, ear]);
		return () => {
			this.#hearken(this.#ears.filter((other) => other !== ear));
		};
	}

	tell(event: TraceEvent): void {
		for (const ear of this.#ears) ear(event);
	}

	sent(at: Millis, { id, key, work }: Request): void {
		this.tell({ kind: 'send', at, id, key, work });
	}

	picked(
		at: Millis,
		{ id, key, attempt }: Attempt,
		{ id: backend }: Backend,
		loads: Loads | undefined,
		because: Because | undefined
	): void {
		const why = { ...(loads && { loads }), ...(because && { because }) };
		this.tell({ kind: 'pick', at, id, key, attempt, backend, ...why });
	}

	/** It came to a place inside the server. */
	came(kind: 'queue' | 'finish' | 'drop', at: Millis, { id, attempt, backend }: Attempt): void {
		if (backend !== undefined) this.tell({ kind, at, id, attempt, backend: backend.id });
	}

	/** A worker has taken it up. */
	started(at: Millis, { id, attempt, backend, work, request }: Attempt): void {
		if (backend === undefined) return;
		const other = work !== request.work && { work };
		this.tell({ kind: 'start', at, id, attempt, backend: backend.id, ...other });
	}

	/** It waits at the gate. */
	waits(at: Millis, { id, attempt }: Attempt): void {
		this.tell({ kind: 'hold', at, id, attempt });
	}

	/** The gate has its outcome. */
	ended(
		at: Millis,
		{ id, attempt, backend }: Attempt,
		latency: Millis,
		result: Result,
		reason: Reason | undefined
	): void {
		if (backend === undefined) return;
		const why = reason && { reason };
		this.tell({ kind: 'end', at, id, attempt, backend: backend.id, latency, result, ...why });
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

	#hearken(ears: readonly Ear[]): void {
		this.#ears = ears;
		this.heard = ears.length > 0;
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
