import { expect, test } from './page.ts';

test('on a telephone a stop in a lane below the window brings its caption into view', async ({ page }) => {
	await page.setViewportSize({ width: 390, height: 844 });
	await page.goto('/learn/09-the-stopwatch-oracle-and-the-black-hole/');
	await page.getByRole('button', { name: 'Keep this prediction and run' }).click();
	await page.getByRole('combobox', { name: 'Speed' }).selectOption('32');
	await expect(page.getByText('The first error of D').first()).toBeAttached();
	await expect(page.getByRole('button', { name: 'Go on' })).toBeInViewport();
});

test('at a stop reached in a hurry the gate still says what it believes of the servers', async ({ page }) => {
	await page.goto('/learn/08-two-lanterns/');
	await page.getByRole('button', { name: 'Keep this prediction and run' }).click();
	await page.getByRole('combobox', { name: 'Speed' }).selectOption('32');
	await expect(page.getByText(/^0:18.9 Everybody has sent to E/)).toBeVisible();
	const lane = page.locator('.lane').filter({ has: page.locator('.caption') });
	await expect(lane.locator('.belief').filter({ hasText: /^\d+$/ }).first()).toBeVisible();
});

test('a caption beside its server leaves the name of the lane to be read', async ({ page }) => {
	await page.goto('/learn/02-traffic-overload-awakes/');
	await page.getByRole('button', { name: 'Keep this prediction and run' }).click();
	await page.getByRole('combobox', { name: 'Speed' }).selectOption('32');
	await expect(page.getByText(/^0:21.3 A rush/)).toBeVisible();
	const lane = page.locator('.lane').filter({ has: page.locator('.caption') });
	const caption = await lane.locator('.caption').boundingBox();
	const name = await lane.getByText('Four workers', { exact: true }).first().boundingBox();
	if (caption === null || name === null) throw new Error('The lane is not on the page.');
	expect(caption.y).toBeGreaterThanOrEqual(name.y + name.height);
});
