import { expect, test } from './page.ts';

test('every page that the home page leads to opens with a heading and nothing to scroll sideways', async ({
	page,
	viewport
}) => {
	test.skip(viewport?.width === 390, 'Each page is made as narrow as a telephone where it is opened.');
	// One page for each strategy: there are many.
	test.slow();
	const seen = new Set<string>();
	const open = ['/'];
	for (let path = open.pop(); path !== undefined; path = open.pop()) {
		seen.add(path);
		await test.step(path, async () => {
			const answer = await page.goto(path);
			expect(answer?.status(), path).toBe(200);
			for (const width of [390, 1440]) {
				await page.setViewportSize({ width, height: 900 });
				await expect(page.locator('h1').first(), path).toBeVisible();
				const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
				expect(overflow, `${path} is too wide, in pixels`).toBeLessThanOrEqual(0);
			}
		});
		const links = await page
			.locator('a[href]')
			.evaluateAll((found) =>
				found
					.map((link) => new URL((link as HTMLAnchorElement).href))
					.map(({ origin, pathname }) => ({ origin, pathname }))
			);
		for (const { origin, pathname } of links) {
			if (origin === new URL(page.url()).origin && !seen.has(pathname) && !open.includes(pathname))
				open.push(pathname);
		}
	}
});

test('an address that is no page answers 404 with a page of our own', async ({ page, complaints }) => {
	complaints.expect(/404/);
	complaints.expect(/Not found: \/no-such-page/);
	const answer = await page.goto('/no-such-page');
	expect(answer?.status()).toBe(404);
	await expect(page.locator('h1').first()).toBeVisible();
});

// These two guard the guard: they pass because the fixture makes them fail.
test('a page that logs an error fails its test', async ({ page }) => {
	test.fail();
	await page.goto('/');
	await page.evaluate(() => {
		console.error('a test says this');
	});
});

test('a page that throws fails its test', async ({ page }) => {
	test.fail();
	await page.goto('/');
	await page.addScriptTag({ content: 'setTimeout(() => { throw new Error("a test throws this"); })' });
	await page.waitForTimeout(100);
});
