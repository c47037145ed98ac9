import { expect, test } from './page.ts';

test('on a telephone a stop in a lane below the window brings its caption into view', async ({ page }) => {
	await page.setViewportSize({ width: 390, height: 844 });
	await page.goto('/learn/09-the-stopwatch-oracle-and-the-black-hole/');
	await page.getByRole('button', { name: 'Keep this prediction and run' }).click();
	await page.getByRole('combobox', { name: 'Speed' }).selectOption('32');
	await expect(page.getByText('The first error of D').first()).toBeAttached();
	await expect(page.getByRole('button', { name: 'Go on' })).toBeInViewport();
});
