import { isFull } from './full.ts';
import type { Backend } from './strategy.ts';

/**
 * What a strategy makes of a list: a ring, a table. Made anew only when who is on it, their order or a weight has
 * changed; a list that merely is another array costs a comparison, and the same array nothing.
 */
export function whenListChanges<Made>(
	make: (backends: readonly Backend[]) => Made
): (backends: readonly Backend[]) => Made {
	let seen: readonly Backend[] = [];
	let weights: readonly number[] = [];
	let made: { readonly of: Made } | undefined;
	return (backends) => {
		if (backends === seen && made !== undefined) return made.of;
		const same =
			backends.length === seen.length &&
			backends.every((backend, place) => backend === seen[place] && backend.weight === weights[place]);
		seen = backends;
		if (made === undefined || !same) {
			weights = backends.map(({ weight }) => weight);
			made = { of: make(backends) };
		}
		return made.of;
	};
}

/** Whether a strategy that `walks` goes on past this one: it has no room, or this request has failed on it. */
export function isPassed(backend: Backend, tried: readonly Backend[] | undefined): boolean {
	return isFull(backend) || (tried?.includes(backend) ?? false);
}
