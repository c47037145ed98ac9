import type { Backend } from '../strategy.ts';

/**
 * What is known of each backend, found by its slot: a read of an array where a map would have to hash. Who has gone
 * is forgotten when another has its slot.
 */
export class BySlot<Known extends { readonly backend: Backend }> {
	readonly #known: (Known | undefined)[] = [];

	get(backend: Backend): Known | undefined {
		const known = this.#known[backend.slot];
		return known?.backend === backend ? known : undefined;
	}

	delete(backend: Backend): void {
		if (this.get(backend) !== undefined) this.#known[backend.slot] = undefined;
	}

	add(known: Known): void {
		const { slot } = known.backend;
		while (this.#known.length <= slot) this.#known.push(undefined);
		this.#known[slot] = known;
	}
}
