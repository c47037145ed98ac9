import { untrack } from 'svelte';

/** What `read` says, taken up at most every so many milliseconds of wall time; the last one is never missed. */
export function calmly<T>(everyMs: number, read: () => T): { readonly now: T } {
	let value = $state.raw(untrack(read));
	let next = untrack(read);
	let takenAt = -Infinity;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const take = (): void => {
		timer = undefined;
		takenAt = performance.now();
		value = next;
	};
	$effect(() => {
		next = read();
		// Until then it may be another one.
		if (timer !== undefined) return;
		const wait = takenAt + everyMs - performance.now();
		if (wait <= 0) untrack(take);
		else timer = setTimeout(take, wait);
	});
	$effect(() => () => {
		clearTimeout(timer);
	});
	return {
		get now() {
			return value;
		}
	};
}
