import type { Millis } from '#balancer/strategy.ts';
import type { TraceEvent } from '#record/event.ts';

/**
 * Real requests are over before an eye has seen them. Retold, each takes time for its ways: from the client to the gate,
 * to the server, back, and home, one hop each; what it took at the server stays what it was. So the picture is up to four
 * hops behind, and no figure may be read off it.
 */
export class Retelling {
	readonly hopMs: Millis;
	/** In the order in which they are to be told. */
	#due: TraceEvent[] = [];
	/** By how much each request that is under way is late by now, and whether it has passed the gate. */
	#late = new Map<number, { by: Millis; picked: boolean }>();

	constructor(hopMs: Millis) {
		this.hopMs = hopMs;
	}

	hear(event: TraceEvent): void {
		if (!('id' in event)) {
			this.#plan(event);
			return;
		}
		if (event.kind === 'send') {
			this.#late.set(event.id, { by: 0, picked: false });
			this.#plan(event);
			return;
		}
		const late = this.#late.get(event.id);
		// One that was on its way before anybody looked.
		if (late === undefined) return;
		const { hopMs } = this;
		switch (event.kind) {
			case 'hold':
			case 'pick':
				if (!late.picked) late.by += hopMs;
				late.picked = true;
				this.#plan({ ...event, at: event.at + late.by });
				return;
			case 'end': {
				const { id, attempt, backend } = event;
				this.#plan({ kind: 'finish', at: event.at + late.by + hopMs, id, attempt, backend });
				late.by += 2 * hopMs;
				this.#plan({ ...event, at: event.at + late.by });
				return;
			}
			case 'answer':
				late.by += late.picked ? hopMs : 2 * hopMs;
				this.#plan({ ...event, at: event.at + late.by });
				this.#late.delete(event.id);
				return;
			case 'vain':
			case 'queue':
			case 'start':
			case 'finish':
			case 'drop':
				return;
		}
	}

	/** Tell all that is due by `at`, in order. */
	tell(at: Millis, ear: (event: TraceEvent) => void): void {
		let told = 0;
		for (const event of this.#due) {
			if (event.at > at) break;
			ear(event);
			told++;
		}
		this.#due.splice(0, told);
	}

	/** Behind all that is to be told before or at the same instant. */
	#plan(event: TraceEvent): void {
		let place = this.#due.length;
		while (place > 0 && (this.#due[place - 1]?.at ?? 0) > event.at) place--;
		this.#due.splice(place, 0, event);
	}
}
