import type { TraceEvent } from './event.ts';

/**
 * Whether the balancer asks servers that it has left out, because it has left out all: a fold over one world's events. It
 * is on from the first such pick until somebody is back, and never in a world whose balancer rather asks nobody.
 */
export class Panic {
	on = false;
	/** Who may be asked, and who is left out. */
	#ready = new Set<string>();
	#ejected = new Set<string>();

	copy(): Panic {
		const copy = new Panic();
		copy.on = this.on;
		copy.#ready = new Set(this.#ready);
		copy.#ejected = new Set(this.#ejected);
		return copy;
	}

	/** True for the very event with which it begins. */
	hear(event: TraceEvent): boolean {
		if (event.kind === 'pick') {
			if (this.on || this.#ready.size > 0 || !this.#ejected.has(event.backend)) return false;
			this.on = true;
			return true;
		}
		if (event.kind !== 'backend') return false;
		const { backend, change } = event;
		switch (change) {
			case 'added':
			case 'ready':
			case 'restored':
				this.#ejected.delete(backend);
				this.#ready.add(backend);
				this.on = false;
				break;
			case 'ejected':
				this.#ready.delete(backend);
				this.#ejected.add(backend);
				break;
			case 'drain':
			case 'down':
			case 'removed':
				this.#ready.delete(backend);
				this.#ejected.delete(backend);
		}
		return false;
	}
}
