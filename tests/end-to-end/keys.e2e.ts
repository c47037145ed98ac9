import { noObjections } from './axe.ts';
import { expect, test } from './page.ts';

for (const [path, keys] of [
	['/play/', ['Space', '→', 'Enter', 'Esc', 'Ctrl Z', '?']],
	['/learn/03-the-carousel/', ['Space', '→', 'Enter', 'R', 'H', 'N', '?']],
	['/embed/', ['Space', '→', 'Enter', '?']],
	['/live/', ['Enter', 'Esc', '?']]
] as const) {
	test(`? lists the keys that work on ${path}`, async ({ page }) => {
		await page.goto(path);
		await page
			.getByRole('group', { name: /^Stage/ })
			.first()
			.waitFor();
		await page.keyboard.press('?');
		const sheet = page.getByRole('dialog', { name: 'Keys' });
		await expect(sheet).toBeVisible();
		for (const key of keys) await expect(sheet.getByText(key, { exact: true }).first()).toBeVisible();
		await noObjections(page, { part: 'dialog' });
		await page.keyboard.press('Escape');
		await expect(sheet).toBeHidden();
	});
}

test('the keys of the sheet do what it says, rest while it is open, and ? is a letter in a field', async ({
	page
}) => {
	await page.goto('/play/');
	await page.keyboard.press('?');
	const sheet = page.getByRole('dialog', { name: 'Keys' });
	await expect(sheet).toBeVisible();
	const clock = page.getByRole('slider', { name: 'Moment of the run' });
	await page.keyboard.press('ArrowRight');
	await expect(clock).toHaveValue('0');
	await page.keyboard.press('?');
	await expect(sheet).toBeHidden();
	await page.evaluate(() => {
		if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
	});
	await page.keyboard.press('ArrowRight');
	await expect(page.getByRole('button', { name: /^Gate, .*why [A-D]\?/ })).toBeVisible();
	await page.keyboard.press('Space');
	await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
	await page.keyboard.press('Space');
	await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
	await page.getByRole('spinbutton', { name: 'seed' }).focus();
	await page.keyboard.press('?');
	await expect(sheet).toBeHidden();
});

test('a recording lists its keys too, and with letters switched off there is no sheet by a letter', async ({
	page
}) => {
	await page.goto('/replay/');
	await page.getByLabel('Open a recording').setInputFiles('tests/fixtures/session.jsonl');
	await page.getByRole('group', { name: /^Stage/ }).waitFor();
	await page.keyboard.press('?');
	await expect(page.getByRole('dialog', { name: 'Keys' }).getByText('Space').first()).toBeVisible();
	await page.goto('/learn/03-the-carousel/');
	await page.getByRole('checkbox', { name: 'Keys:' }).uncheck();
	await page.getByRole('heading', { level: 1 }).click();
	await page.keyboard.press('?');
	await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();
});
