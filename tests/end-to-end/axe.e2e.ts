import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './page.ts';

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

for (const colorScheme of ['light', 'dark'] as const) {
	for (const path of pages) {
		test(`axe finds nothing to object to on ${path} in ${colorScheme}`, async ({ page, isMobile }) => {
			// Fifty stages take long, and are the same in either width.
			test.skip(path === '/gallery/' && isMobile === (colorScheme === 'light'), 'Seen in the other width.');
			await page.emulateMedia({ colorScheme });
			await page.goto(path);
			await page.locator('h1').waitFor();
			const { violations } = await new AxeBuilder({ page }).analyze();
			expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
				[]
			);
		});
	}
}
