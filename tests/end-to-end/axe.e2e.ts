import { noObjections } from './axe.ts';
import { test } from './page.ts';

const pages = [
	'/',
	'/learn/01-the-village-with-one-gate/',
	'/learn/02-traffic-overload-awakes/',
	'/learn/03-the-carousel/',
	'/learn/glossary/',
	'/play/',
	'/live/',
	'/replay/',
	'/lab/',
	'/gallery/',
	'/embed/?controls=full',
	'/strategies/',
	'/strategies/ip-hash/',
	'/strategies/consistent-hash/',
	'/strategies/smooth-weighted-round-robin/',
	'/strategies/two-choices/'
];

for (const path of pages)
	test(`axe finds nothing to object to on ${path}, by day and by night`, async ({ page, viewport }) => {
		const narrow = viewport?.width === 390;
		// Fifty stages take long, and are the same in either width.
		const once = path === '/gallery/';
		await page.emulateMedia({ colorScheme: once && narrow ? 'dark' : 'light', reducedMotion: 'reduce' });
		await page.goto(path);
		await page.locator('h1').waitFor();
		await noObjections(page);
		if (once) return;
		// The night changes nothing but the colours.
		await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
		await page.reload();
		await page.locator('h1').waitFor();
		await noObjections(page, { rule: 'color-contrast' });
	});
