import { expect, test } from './page.ts';

test('the shelf leads to each strategy, in the group whose rule it is', async ({ page }) => {
	await page.goto('/strategies/');
	const links = page.locator('main h3 a');
	expect(await links.count()).toBeGreaterThan(6);
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
	expect(overflow).toBeLessThanOrEqual(0);
	await page.getByRole('link', { name: 'Two choices', exact: true }).click();
	await expect(page).toHaveURL(/\/strategies\/two-choices\/$/);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Two choices');
});

test('a strategy is stepped, played to its end and stepped back, and nothing moves of itself', async ({
	page
}) => {
	await page.goto('/strategies/round-robin/');
	const step = page.getByLabel('Step of the piece');
	const says = page.locator('[aria-live=polite]');
	const start = await step.inputValue();
	await page.waitForTimeout(1500);
	expect(await step.inputValue()).toBe(start);
	await page.getByRole('button', { name: 'Step', exact: true }).click();
	await expect(step).toHaveValue(String(Number(start) + 1));
	await expect(says).toHaveText(/The turn after [A-D]’s is [A-D]’s\./);
	await page.getByRole('button', { name: 'Step back' }).click();
	await expect(step).toHaveValue(start);
	await step.fill('39');
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await expect(step).toHaveValue('42');
	await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
});

test('a knob turned and other lots drawn change what the strategy does', async ({ page }) => {
	await page.goto('/strategies/two-choices/');
	const lines = page.locator('figure path.lines');
	const before = await lines.getAttribute('d');
	await page.getByRole('slider', { name: 'Choices' }).fill('5');
	await expect(lines).not.toHaveAttribute('d', before ?? '');
	const five = await lines.getAttribute('d');
	await page.getByRole('button', { name: 'Draw other lots' }).click();
	await expect(lines).not.toHaveAttribute('d', five ?? '');
});

test('keys say who moved when a server went', async ({ page }) => {
	await page.goto('/strategies/ip-hash/');
	await page.getByLabel('Step of the piece').fill('25');
	await expect(page.getByText(/When B went, \d+ of 60 clients changed servers/)).toBeVisible();
	await expect(page.getByRole('row', { name: /B\s+away/ })).toBeVisible();
});

test('a ring shows where the key fell and whose point it came to', async ({ page }) => {
	await page.goto('/strategies/consistent-hash/');
	const ring = page.getByRole('img', { name: /A circle with 700 points/ });
	await expect(ring).toHaveAccessibleName(/This pick: [A-D]\./);
	const says = page.locator('[aria-live=polite]');
	await expect(says).toHaveText(/lies at [\d.]+° of the circle\. The next point, at [\d.]+°, is [A-D]’s\./);
	await page.getByRole('slider', { name: 'Virtual nodes' }).fill('1');
	await expect(page.getByRole('img', { name: /A circle with 7 points/ })).toBeVisible();
});

test('what was compared stands beside each server, also below zero', async ({ page }) => {
	await page.goto('/strategies/smooth-weighted-round-robin/');
	await expect(page.getByRole('columnheader', { name: /saved up/ })).toBeVisible();
	await expect(page.getByRole('row', { name: /^C\b/ })).toContainText('−1');
	await expect(page.locator('[aria-live=polite]')).toHaveText(/has saved up the most, \d+, and pays 7/);
});

test('the page shows the real file, and what it is called elsewhere', async ({ page }) => {
	await page.goto('/strategies/least-connections/');
	await expect(page.getByRole('region', { name: /Source of/ })).toContainText(
		'export const leastConnections'
	);
	await expect(page.getByText('src/balancer/strategies/least-connections.ts')).toBeVisible();
	await expect(page.getByRole('row', { name: /HAProxy/ })).toContainText('leastconn');
});

test('the playground and the shelf lead to one another', async ({ page }) => {
	await page.goto('/strategies/two-choices/');
	await page.getByRole('link', { name: 'Play with it in the playground' }).click();
	await expect(page.getByRole('combobox', { name: 'Strategy' })).toHaveValue('two-choices');
	await page.getByRole('link', { name: 'About this strategy' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Two choices');
});

test('the files that a strategy calls are loaded when they are opened', async ({ page }) => {
	await page.goto('/strategies/weighted-least-connections/');
	await page.getByText('src/balancer/strategies/smooth-weighted-round-robin.ts', { exact: true }).click();
	const source = page.getByRole('region', { name: /smooth-weighted-round-robin/ });
	await expect(source).toContainText('export function smoothTurn');
});
