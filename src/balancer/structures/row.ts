import type { Backend, Space } from '../strategy.ts';

/** Backends side by side as `Space`, each as long as its share; all alike without one. */
export function rowOf(
	backends: readonly Backend[],
	shareOf?: (backend: Backend) => number
): Space & { kind: 'row' } {
	const owners = backends.map((_, place) => place);
	const equal = backends.map((_, place) => (place + 1) / backends.length);
	if (shareOf === undefined) return { kind: 'row', backends, owners, ends: equal };
	let end = 0;
	const sums = backends.map((backend) => (end += shareOf(backend)));
	return { kind: 'row', backends, owners, ends: sums.map((sum) => sum / end), length: end };
}
