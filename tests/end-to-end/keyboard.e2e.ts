import type { Page } from '@playwright/test';
import { expect, test } from './page.ts';

/** What has the focus: its role or tag, its name, and whether it is seen that it has it. */
async function focused(page: Page): Promise<{ name: string; shows: boolean }> {
	return page.evaluate(() => {
		const element = document.activeElement;
		if (element === null || element === document.body) return { name: '', shows: true };
		const { outlineStyle, outlineWidth } = getComputedStyle(element);
		const target = element.querySelector('.target, .gate');
		// A radio is drawn by the words beside it, and an object of the stage by its own shape.
		const beside = element.matches('input[type=radio], input[type=file]') ? element.nextElementSibling : null;
		const drawn = beside === null ? '' : getComputedStyle(beside).outlineStyle;
		const shape = target === null ? '' : getComputedStyle(target).stroke;
		return {
			name: element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40),
			shows:
				(outlineStyle !== 'none' && outlineWidth !== '0px') ||
				(drawn !== '' && drawn !== 'none') ||
				(shape !== '' && shape !== 'none') ||
				element.matches('input[type=file]')
		};
	});
}

/** On with Tab until something is called so. */
async function tabTo(page: Page, name: RegExp, most = 120): Promise<void> {
	for (let i = 0; i < most; i++) {
		await page.keyboard.press('Tab');
		const { name: at, shows } = await focused(page);
		expect(shows, `the focus on “${at}” is seen`).toBe(true);
		if (name.test(at)) return;
	}
	throw new Error(`Tab never came to ${String(name)}.`);
}

test('a run is chosen, played, broken, mended, compared and sought through without a mouse', async ({
	page,
	viewport
}) => {
	test.skip(viewport?.width === 390, 'nobody has a keyboard there');
	test.setTimeout(120_000);
	await page.goto('/play/');
	await page.keyboard.press('Tab');
	expect((await focused(page)).name).toBe('Skip to the content');
	await page.keyboard.press('Enter');
	// What it opens with, by its first letters.
	await tabTo(page, /Playground/);
	await page.keyboard.type('A brown');
	await expect(page.getByLabel('Begin with')).toHaveValue('brown-out');
	await tabTo(page, /^Gate/);
	await tabTo(page, /^Server B/);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('region', { name: 'Server B' }).first()).toBeVisible();
	await tabTo(page, /^Play$/);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('button', { name: 'Pause' })).toBeFocused();
	await page.keyboard.press('Enter');
	await tabTo(page, /^Kill$/);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('button', { name: /^Server B.*stopped/ })).toBeVisible();
	await page.keyboard.press('Control+z');
	await expect(page.getByRole('button', { name: /^Server B.*stopped/ })).toBeHidden();
	await page.keyboard.press('Control+Shift+z');
	await expect(page.getByRole('button', { name: /^Server B.*stopped/ })).toBeVisible();
	await page.getByRole('button', { name: 'Back to the cluster' }).press('Enter');
	await tabTo(page, /^Compare with another strategy/);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('group', { name: /^Stage/ })).toHaveCount(2);
	const moment = page.getByLabel('Moment of the run');
	await moment.focus();
	const before = Number(await moment.inputValue());
	await page.keyboard.press('PageUp');
	await expect.poll(async () => Number(await moment.inputValue())).toBeGreaterThan(before);
	await page.keyboard.press('Home');
	await expect(moment).toHaveValue('0');
});

test('Tab goes through all of the playground, shows where it is, and comes out at the end', async ({
	page,
	viewport
}) => {
	test.skip(viewport?.width === 390, 'nobody has a keyboard there');
	test.setTimeout(120_000);
	await page.goto('/play/');
	await page.getByRole('button', { name: 'Start afresh' }).waitFor();
	await page.getByRole('link', { name: 'Gallery' }).scrollIntoViewIfNeeded();
	await page.getByText('Take it home').waitFor();
	await page.evaluate(() => {
		scrollTo(0, 0);
	});
	await tabTo(page, /^Gallery$/, 200);
	for (let i = 0; i < 40; i++) {
		await page.keyboard.press('Shift+Tab');
		expect((await focused(page)).shows).toBe(true);
	}
});
