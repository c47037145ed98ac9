import { test as base, expect, type ConsoleMessage } from '@playwright/test';

export { expect };

/** What pages complain of while a test runs: console errors, uncaught exceptions, Svelte's own warnings. */
export interface Complaints {
	/** Say that a complaint like this belongs to the test; the test fails when it does not come. */
	expect(pattern: RegExp): void;
}

/** Playwright's test, which also fails when a page of its context complains of anything the test did not expect. */
export const test = base.extend<{ complaints: Complaints }>({
	complaints: [
		async ({ context }, use) => {
			const heard: string[] = [];
			const expected: RegExp[] = [];
			context.on('console', (message) => {
				if (isComplaint(message)) heard.push(`${message.text()} (${message.location().url})`);
			});
			context.on('weberror', (event) => heard.push(event.error().stack ?? event.error().message));
			await use({ expect: (pattern) => void expected.push(pattern) });
			const unexpected = heard.filter((text) => !expected.some((pattern) => pattern.test(text)));
			expect(unexpected, 'What pages complained of and the test did not expect').toEqual([]);
			const missing = expected.filter((pattern) => !heard.some((text) => pattern.test(text)));
			expect(missing.map(String), 'What the test expected pages to complain of, in vain').toEqual([]);
		},
		{ auto: true }
	]
});

function isComplaint(message: ConsoleMessage): boolean {
	if (message.type() === 'error') return true;
	// Svelte reports a page that does not match its prerendered form as a warning.
	return message.type() === 'warning' && message.text().includes('svelte.dev/e/');
}
