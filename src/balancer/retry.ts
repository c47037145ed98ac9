import type { Millis, Random } from './strategy.ts';

/** What a host does with a call that could not be placed where it was sent. */
export interface RetryRules {
	/** Failures after the first that a call may have; HAProxy's `retries`, or one less than NGINX's tries. */
	readonly retries: number;
	/** Where to try again. */
	readonly redispatch: Redispatch;
}

/**
 * `always`: whoever the strategy picks, the failed ones left out (NGINX). `avoid`: the same, but only the one that failed
 * last is left out (HAProxy, where its strategy is free to move). A number: so, at each n-th failure, and otherwise the
 * same one again; −1: only at the last (HAProxy's `option redispatch` with a strategy that clings). `never`: the same one again.
 */
export type Redispatch = 'always' | 'avoid' | 'never' | number;

/** After so many failures (1, 2 …): where next, or give up. */
export function nextTry(
	{ retries, redispatch }: RetryRules,
	failures: number
): 'elsewhere' | 'avoiding the last' | 'the same again' | 'give up' {
	if (failures > retries) return 'give up';
	if (redispatch === 'always') return 'elsewhere';
	if (redispatch === 'avoid') return 'avoiding the last';
	if (redispatch === 'never') return 'the same again';
	const every = redispatch > 0 ? redispatch : retries + 1 + redispatch;
	return every > 0 && failures % every === 0 ? 'avoiding the last' : 'the same again';
}

/** How long to wait before a retry: `baseMs`, doubled each time up to `mostMs`; with jitter a random share of that. */
export interface Backoff {
	readonly baseMs: Millis;
	readonly mostMs: Millis;
	readonly jitter: boolean;
}

/** After so many failures (1, 2 …). */
export function pauseAfter(failures: number, { baseMs, mostMs, jitter }: Backoff, random: Random): Millis {
	const longest = Math.min(mostMs, baseMs * 2 ** (failures - 1));
	return jitter ? longest * random() : longest;
}

/** Each request earns a share `ratio` of a retry; up to `most` of them are saved up, and so many there are to begin with. */
export class RetryBudget {
	readonly #ratio: number;
	readonly #most: number;
	#saved: number;

	constructor({ ratio, most }: { readonly ratio: number; readonly most: number }) {
		this.#ratio = ratio;
		this.#most = most;
		this.#saved = most;
	}

	/** A request has come. */
	earn(): void {
		this.#saved = Math.min(this.#most, this.#saved + this.#ratio);
	}

	/** One retry, if it can be paid for. */
	spend(): boolean {
		// Ten tenths are a hair less than one.
		if (this.#saved < 1 - 1e-9) return false;
		this.#saved--;
		return true;
	}
}
