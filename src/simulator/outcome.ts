import type { Result } from '#balancer/strategy.ts';
import type { Reason } from '#record/event.ts';

/** How something ended, and why, as one number: what is not `ok` and has no reason of its own was no longer needed. */
export const outcomes = {
	ok: 0,
	cancelled: 1,
	'client-left': 2,
	timeout: 3,
	'queue-full': 4,
	refused: 5,
	reset: 6,
	failed: 7,
	'no-backend': 8,
	declined: 9,
	'queue-timeout': 10,
	shed: 11
} as const satisfies Record<Reason | 'ok' | 'cancelled', number>;

const names = Object.keys(outcomes) as (keyof typeof outcomes)[];
const reasons = names.map((name) => (name === 'ok' || name === 'cancelled' ? undefined : name));
const results = names.map((name): Result => {
	if (name === 'ok' || name === 'cancelled' || name === 'timeout') return name;
	return name === 'client-left' ? 'cancelled' : 'error';
});

export function resultOf(outcome: number | undefined): Result {
	return results[outcome ?? 0] ?? 'ok';
}

export function reasonOf(outcome: number | undefined): Reason | undefined {
	return reasons[outcome ?? 0];
}
