import { untrack } from 'svelte';

/** What `read` says, taken up at most every so many milliseconds of wall time; the last one is never missed. */
export function calmly<T>(everyMs: number, read: () => T): { readonly now: T } {
	let value = $state.raw(untrack(read));
	let takenAt = -Infinity;
	$effect(() => {
		const next = read();
		const take = (): void => {
			takenAt = performance.now();
			value = next;
		};
		const wait = takenAt + everyMs - performance.now();
		if (wait <= 0) {
			untrack(take);
			return undefined;
		}
		const timer = setTimeout(take, wait);
		return () => {
			clearTimeout(timer);
		};
	});
	return {
		get now() {
			return value;
		}
	};
}
