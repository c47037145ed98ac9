import type { Backend } from './strategy.ts';

/**
 * What a strategy remembers of each backend, in the order of the list it is shown. A memory lasts as long as its
 * backend, so a list that shrinks and grows again finds it as it was. Costs a lookup per backend when the
 * list changes and nothing per pick.
 */
export function perBackend<Memory>(
	first: (backend: Backend) => Memory
): (backends: readonly Backend[]) => readonly Memory[] {
	const memories = new WeakMap<Backend, Memory>();
	let seen: readonly Backend[] = [];
	let inOrder: readonly Memory[] = [];
	const memoryOf = (backend: Backend): Memory => {
		const known = memories.get(backend);
		if (known !== undefined) return known;
		const memory = first(backend);
		memories.set(backend, memory);
		return memory;
	};
	return (backends) => {
		if (backends !== seen) {
			seen = backends;
			inOrder = backends.map(memoryOf);
		}
		return inOrder;
	};
}
