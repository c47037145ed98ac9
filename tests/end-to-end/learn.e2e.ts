import { readdirSync } from 'node:fs';
import { expect, test } from './page.ts';

test('a learner opens lesson 1, predicts, runs, fails, takes a hint, meets the goal and finds it kept', async ({
	page
}) => {
	await page.goto('/');
	await page
		.getByRole('link', { name: /The Village with One Gate/ })
		.first()
		.click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('The Village with One Gate');

	await page.getByRole('button', { name: 'Keep this prediction and run' }).click();
	await expect(page.getByText('Kept. It is answered when the run is over.')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
	await page.getByRole('button', { name: 'Run to the end' }).click();
	await expect(page.getByText(/^You said/)).toBeVisible();

	await page.getByRole('button', { name: 'Work on the goal' }).click();
	await page.getByRole('button', { name: 'Run to the end' }).click();
	await expect(page.getByText('Not yet.')).toBeVisible();
	await page.getByRole('button', { name: /A hint/ }).click();
	await expect(page.getByText('A nudge.')).toBeVisible();

	await page.getByRole('slider', { name: /servers/i }).fill('3');
	await page.getByRole('button', { name: 'Run to the end' }).click();
	await expect(page.getByText('Goal met.')).toBeVisible();

	await page.reload();
	await expect(page.getByText('reached', { exact: true })).toBeVisible();
	await expect(page.getByText('A nudge.')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Predict again' })).toBeVisible();
});

for (const slug of readdirSync(new URL('../../lessons', import.meta.url))) {
	test(`a learner of ${slug} predicts, is answered, and sees the solution meet the goal and the ablation miss it`, async ({
		page
	}) => {
		await page.goto(`/learn/${slug}/`);
		await page.getByRole('button', { name: 'Keep this prediction and run' }).click();
		await page.getByRole('button', { name: 'Run to the end' }).click();
		await expect(page.getByText(/^You/).first()).toBeVisible();

		await page.getByRole('button', { name: 'Show me' }).click();
		await page.getByRole('button', { name: 'Run to the end' }).click();
		await expect(page.getByText('Goal met.')).toBeVisible();

		await page.getByRole('button', { name: 'Take it away and run' }).click();
		await page.getByRole('button', { name: 'Run to the end' }).click();
		await expect(page.getByText('Goal met.')).toBeHidden();
		await expect(page.getByText('Not yet.')).toBeVisible();
	});
}

test('a lesson shows its strategy’s real source and reads without scripts', async ({ browser, baseURL }) => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(`${String(baseURL)}/learn/03-the-carousel/`);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('The Carousel');
	await expect(page.getByText('src/balancer/strategies/round-robin.ts')).toBeVisible();
	await expect(page.locator('.line.lit').first()).toBeVisible();
	await expect(page.getByRole('heading', { name: 'Where it stops being true' })).toBeVisible();
	await context.close();
});
