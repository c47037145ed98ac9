import { addressOf } from '#simulator/link.ts';
import { readScenario } from '#simulator/scenario.ts';
import { expect, test } from './page.ts';

const busy = readScenario({
	title: 'Busy',
	traffic: { perSecond: 40 },
	work: { meanMs: 100 },
	network: { hopMs: 400 },
	servers: ['A', 'B'].map((id) => ({ id, workers: 1, queue: 4 })),
	durationMs: 20_000
});

test('who wants no motion is told by counters who is on the way, and steps through the same run', async ({
	page
}) => {
	await page.emulateMedia({ reducedMotion: 'reduce' });
	await page.goto(`/play/#${addressOf({ scenario: busy, at: 5000 })}`);
	const counter = page.locator('.scenery').getByText(/^\d+ on the way · \d+ a second$/);
	await expect(counter).toBeVisible();
	const numbers = page.getByRole('button', { name: /^Server A/ });
	const stood = await numbers.getAttribute('aria-label');
	const before = await counter.textContent();
	for (let i = 0; i < 12; i++) await page.getByRole('button', { name: 'Next decision' }).click();
	await expect(counter).not.toHaveText(before ?? '');
	await page.emulateMedia({ reducedMotion: 'no-preference' });
	await page.reload();
	await expect(counter).toBeHidden();
	// The same moment of the same run.
	await expect(numbers).toHaveAttribute('aria-label', stood ?? '');
});

test('nothing plays by itself, on any page with a stage', async ({ page }) => {
	for (const path of ['/play/', '/embed/', '/learn/03-the-carousel/', '/gallery/']) {
		await page.goto(path);
		const stage = page.getByRole('group', { name: /^Stage/ }).first();
		await stage.scrollIntoViewIfNeeded();
		const names = (): Promise<(string | null)[]> =>
			stage.getByRole('button').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
		const before = await names();
		await page.waitForTimeout(700);
		expect(await names()).toEqual(before);
	}
});

test('a finger selects a server, a request on its road and a moment', async ({ page, viewport }) => {
	test.skip(viewport?.width !== 390, 'it is a telephone that is touched');
	await page.goto(`/play/#${addressOf({ scenario: busy, at: 5000 })}`);
	await page.getByRole('button', { name: /^Server A/ }).tap();
	await expect(page.getByRole('region', { name: /^Server A/ }).first()).toBeVisible();
	const box = await page.locator('.stage').boundingBox();
	const door = await page.getByRole('button', { name: /^Server A/ }).boundingBox();
	if (box === null || door === null) throw new Error('There is no stage.');
	// Who is served stands in the first window of the castle.
	const window = await page.locator('.scenery .window.lit').first().boundingBox();
	if (window === null) throw new Error('Nobody is served.');
	await page.touchscreen.tap(window.x + window.width / 2, window.y + window.height / 2);
	await expect(page.getByRole('region', { name: /^Request \d/ })).toBeVisible();
	await page.getByRole('button', { name: 'Play', exact: true }).tap();
	await page.getByRole('button', { name: 'Pause' }).tap();
	// All at once: what there is to press changes while the run goes on.
	const low = await page
		.locator('.inspector button, .inspector select, .inspector summary')
		.evaluateAll((targets) =>
			targets
				.map((target) => ({ words: target.textContent, height: target.getBoundingClientRect().height }))
				.filter(({ height }) => height > 0 && height < 40)
		);
	expect(low).toEqual([]);
});

test('at twice the size, and on the narrowest window, nothing is cut off and the page never goes sideways', async ({
	page,
	viewport
}) => {
	test.skip(viewport?.width === 390, 'the window is set here');
	test.setTimeout(120_000);
	const rooms = [
		'/',
		'/play/',
		'/lab/',
		'/live/',
		'/replay/',
		'/gallery/',
		'/strategies/',
		'/embed/?controls=full'
	];
	for (const width of [320, 720]) {
		await page.setViewportSize({ width, height: 900 });
		for (const path of [
			...rooms,
			'/strategies/two-choices/',
			'/learn/07-the-quartermaster/',
			'/learn/glossary/'
		]) {
			await page.goto(path);
			const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
			expect(beyond, `${path} at ${String(width)} px`).toBeLessThanOrEqual(0);
		}
	}
});

test('with the system’s own colours everything on the stage is still told apart', async ({ page }) => {
	await page.emulateMedia({ forcedColors: 'active' });
	await page.goto(`/play/#${addressOf({ scenario: busy, at: 9000 })}`);
	const strokes = await page.evaluate(() =>
		['.scenery .road', '.scenery .wall', '.scenery .place'].map((which) => {
			const element = document.querySelector(which);
			return element === null ? '' : getComputedStyle(element).stroke;
		})
	);
	const ground = await page.locator('.stage').evaluate((stage) => getComputedStyle(stage).backgroundColor);
	expect(ground).not.toBe('rgba(0, 0, 0, 0)');
	for (const stroke of strokes) {
		expect(stroke).toMatch(/^rgb/);
		expect(stroke).not.toBe(ground);
	}
	const handle = await page
		.getByRole('slider', { name: 'Traffic' })
		.first()
		.evaluate((slider) => getComputedStyle(slider).getPropertyValue('forced-color-adjust'));
	expect(handle).toBe('none');
});
