import type { Millis } from '#balancer/strategy.ts';
import type { Ear, TraceEvent } from './event.ts';
import type { Playable } from './playback.ts';
import type { Recording } from './recording.ts';

/** A recording as a world: it tells what was recorded, when it happened. */
export class Tape implements Playable {
	readonly durationMs: Millis;
	#now: Millis = 0;
	#events: readonly TraceEvent[];
	#next = 0;
	#ears: readonly Ear[] = [];

	constructor({ header: { strategy, seed }, events }: Recording) {
		const begin: TraceEvent = { kind: 'strategy', at: 0, name: strategy.name, knobs: strategy.knobs, seed };
		this.#events = [begin, ...events.map(({ event }) => event)];
		this.durationMs = this.#events.reduce((last, { at }) => Math.max(last, at), 0);
	}

	get now(): Millis {
		return this.#now;
	}

	get ended(): boolean {
		return this.#next >= this.#events.length;
	}

	/** Hear what happens from now on; call what is returned to stop. */
	listen(ear: Ear): () => void {
		this.#ears = [...this.#ears, ear];
		return () => {
			this.#ears = this.#ears.filter((other) => other !== ear);
		};
	}

	runUntil(at: Millis): void {
		for (
			let event = this.#events[this.#next];
			event !== undefined && event.at <= at;
			event = this.#tell(event)
		);
		if (at < Infinity) this.#now = Math.max(this.#now, at);
	}

	runToNextPick(): void {
		let picked = false;
		for (let event = this.#events[this.#next]; event !== undefined && !picked; event = this.#tell(event))
			picked = event.kind === 'pick';
	}

	runToEnd(): void {
		this.runUntil(Math.max(this.#now, this.durationMs));
	}

	/** The event after it. */
	#tell(event: TraceEvent): TraceEvent | undefined {
		this.#next++;
		this.#now = Math.max(this.#now, event.at);
		for (const ear of this.#ears) ear(event);
		return this.#events[this.#next];
	}
}
