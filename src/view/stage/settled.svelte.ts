import { untrack } from 'svelte';

/**
 * What `read` says, told only where it says something else. A derived would do; but all that hangs on a derived is asked
 * in each frame whether it is another one.
 */
export function settled<T>(read: () => T): { readonly now: T } {
	let value = $state.raw(untrack(read));
	const take = (): void => {
		value = read();
	};
	$effect.pre(take);
	return {
		get now() {
			return value;
		}
	};
}
