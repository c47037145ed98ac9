import { test as base, expect, type ConsoleMessage } from '@playwright/test';

export { expect };

/** What pages complain of while a test runs: console errors, uncaught exceptions, Svelte's own warnings. */
export interface Complaints {
	/** Say that a complaint like this belongs to the test; the test fails when it does not come. */
	expect(pattern: RegExp): void;
}

/**
 * Playwright's test with two additions: it fails when a page of its context complains of anything the test did not
 * expect, and a page that is opened is there only when its controls answer, not when they can merely be seen.
 */
export const test = base.extend<{ complaints: Complaints }>({
	page: async ({ page, javaScriptEnabled }, use) => {
		const awake = async (): Promise<void> => {
			// The prerendered page is there before its scripts: a click in between would go nowhere.
			if (!javaScriptEnabled) return;
			await page.locator('html[data-awake]').waitFor({ state: 'attached' });
			// Somebody is there: what is only fetched then comes.
			await page.mouse.move(2, 2);
		};
		const goto = page.goto.bind(page);
		page.goto = async (...args) => {
			const answer = await goto(...args);
			await awake();
			return answer;
		};
		const reload = page.reload.bind(page);
		page.reload = async (...args) => {
			const answer = await reload(...args);
			await awake();
			return answer;
		};
		await use(page);
	},
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
