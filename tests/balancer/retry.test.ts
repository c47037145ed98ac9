import { expect, test } from 'vitest';
import { nextTry, type RetryRules } from '#balancer/retry.ts';

/** What is done after each failure, up to the end. */
function course(rules: RetryRules): string[] {
	const steps: string[] = [];
	for (let failures = 1; steps.at(-1) !== 'give up'; failures++) steps.push(nextTry(rules, failures));
	return steps;
}

test('nextTry gives up after as many retries as it was given', () => {
	expect(course({ retries: 0, redispatch: 'always' })).toEqual(['give up']);
	expect(course({ retries: 2, redispatch: 'always' })).toEqual(['elsewhere', 'elsewhere', 'give up']);
});

test('nextTry stays with the same one unless told to redispatch, as HAProxy does', () => {
	const same = 'the same again';
	expect(course({ retries: 3, redispatch: 'never' })).toEqual([same, same, same, 'give up']);
});

test('nextTry moves a call that clings only at each n-th failure, and by default only at the last', () => {
	const same = 'the same again';
	const away = 'avoiding the last';
	expect(course({ retries: 3, redispatch: 1 })).toEqual([away, away, away, 'give up']);
	expect(course({ retries: 4, redispatch: 2 })).toEqual([same, away, same, away, 'give up']);
	expect(course({ retries: 3, redispatch: -1 })).toEqual([same, same, away, 'give up']);
	expect(course({ retries: 3, redispatch: -2 })).toEqual([same, away, same, 'give up']);
	// Counted back from before the first failure: never.
	expect(course({ retries: 1, redispatch: -5 })).toEqual([same, 'give up']);
});
