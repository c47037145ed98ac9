import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { addressOf } from '#simulator/link.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario } from '#simulator/scenario.ts';
import { expect, test } from './page.ts';

/** A run to its end without waiting for it. */
const short = readScenario({
	title: 'Short',
	seed: 3,
	traffic: { perSecond: 40 },
	work: { meanMs: 100 },
	servers: ['A', 'B', 'C'].map((id) => ({ id, workers: 2, queue: 5 })),
	network: { hopMs: 7 },
	durationMs: 20_000
});
const strategies = { path: 'strategy', value: { name: 'two-choices', knobs: {} } };

async function toTheEnd(page: Page): Promise<void> {
	await page.getByRole('button', { name: 'Run to the end' }).click();
	await expect(page.getByText('The run is over: p99')).toBeVisible();
}

async function downloaded(page: Page, chart: string, kind: string): Promise<{ name: string; text: string }> {
	const coming = page.waitForEvent('download');
	await page
		.getByRole('group', { name: `“${chart}” in numbers and files` })
		.getByRole('button', { name: kind })
		.click();
	const file = await coming;
	return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'latin1') };
}

test('a run is doubled with another strategy, the difference is drawn, and one cursor goes through all charts', async ({
	page
}) => {
	await page.goto(`/play/#${addressOf({ scenario: short })}`);
	await page.getByRole('button', { name: 'Compare with another strategy' }).click();
	await expect(page.getByText('A: Round robin').first()).toBeVisible();
	await expect(page.getByText('B: Least connections').first()).toBeVisible();
	await page.getByLabel('Strategy of B').selectOption('two-choices');
	await toTheEnd(page);
	const table = page.getByRole('region', { name: 'Both runs so far' });
	await expect(table.getByRole('columnheader', { name: 'B: Two choices' })).toBeVisible();
	await expect(table.getByRole('row', { name: /^n / })).toContainText(/n([1-9]\d*)\1/);
	const strip = page.getByRole('img', { name: /B: Two choices − A: Round robin: p99 latency/ });
	await expect(strip).toBeVisible();

	const latency = page.getByRole('slider', { name: /Time on the chart “p99 latency of the last/ });
	await latency.focus();
	await page.keyboard.press('Home');
	await page.keyboard.press('ArrowRight');
	for (const chart of [/“B: Two choices − A/, /“Requests answered/, /“A: Round robin: in flight/])
		await expect(page.getByRole('slider', { name: chart }).first()).toHaveAttribute('aria-valuenow', '2000');
	await page.keyboard.press('Escape');
	await expect(latency).toHaveAttribute('aria-valuenow', '20000');
});

test('any one setting may be what differs, and either run can go on alone', async ({ page }) => {
	await page.goto(`/play/#${addressOf({ scenario: short, difference: strategies })}`);
	await page.getByLabel('What is different').selectOption({ label: 'Retries' });
	await expect(page.getByText('A: Retries: 0').first()).toBeVisible();
	await expect(page.getByText('B: Retries: 3').first()).toBeVisible();
	await page.getByRole('button', { name: 'Only B' }).click();
	await expect(page.getByRole('button', { name: 'Compare with another strategy' })).toBeVisible();
	await expect(page.getByText(/^Attempts/)).toBeVisible();
	await expect(page).not.toHaveURL(/&b=/);
});

test('what is done is undone and done again, by button, by key and from the list', async ({ page }) => {
	await page.goto(`/play/#${addressOf({ scenario: short })}`);
	await page.getByRole('button', { name: 'Next decision' }).click();
	await page.getByRole('button', { name: /^Server B/ }).click();
	await page.getByRole('button', { name: 'Kill' }).click();
	await page.getByRole('button', { name: 'Restart', exact: true }).click();
	await page.getByRole('button', { name: 'Freeze for 3 s' }).click();
	const list = page.getByRole('region', { name: 'What you did' });
	await expect(list.getByRole('listitem')).toHaveText([
		'B stood still for 3000 ms',
		'restarted B',
		'killed B',
		'The beginning'
	]);
	await page.keyboard.press('Control+z');
	await page.keyboard.press('Control+z');
	await expect(page.getByRole('button', { name: /^Server B.*stopped/ })).toBeVisible();
	await expect(list.getByText('restarted B')).toContainText('undone');
	await list.getByRole('button', { name: 'Redo' }).click();
	await expect(page.getByRole('button', { name: /^Server B.*stopped/ })).toBeHidden();
	await list.getByRole('button', { name: 'The beginning' }).click();
	await expect(list.getByRole('button', { name: 'Undo', exact: true })).toBeDisabled();
	await list.getByRole('button', { name: /B stood still/ }).click();
	await expect(list.getByRole('button', { name: 'Redo' })).toBeDisabled();
});

test('what is set has an address, and the browser goes back and forward along them', async ({ page }) => {
	await page.goto('/play/');
	await page.getByLabel('Begin with').selectOption('brown-out');
	await expect(page).toHaveURL(/#s=/);
	const brownOut = page.url();
	await page.getByLabel('Begin with').selectOption('hedge');
	await expect.poll(() => page.url()).not.toBe(brownOut);
	await expect(page.getByText('Hedges', { exact: true })).toBeVisible();
	await expect(page.getByText('Work in vain, s')).toBeVisible();
	await page.goBack();
	await expect(page.getByLabel('Begin with')).toHaveValue('brown-out');
	expect(page.url()).toBe(brownOut);
	await page.goBack();
	await expect(page.getByLabel('Begin with')).toHaveValue('playground');
	await page.goForward();
	await expect(page.getByLabel('Begin with')).toHaveValue('brown-out');
	await page.reload();
	await expect(page.getByLabel('Begin with')).toHaveValue('brown-out');
});

test('a link keeps its moment until something is done, and one copied after the end opens', async ({
	page,
	context
}) => {
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await page.goto(`/play/#${addressOf({ scenario: short, at: 5000 })}`);
	const moment = page.getByLabel('Moment of the run');
	await expect(moment).toHaveValue('5000');
	await page.waitForTimeout(700);
	await expect(page).toHaveURL(/&t=5$/);
	await page.reload();
	await expect(moment).toHaveValue('5000');
	await page.getByRole('button', { name: 'Add a server' }).click();
	await expect(page).not.toHaveURL(/&t=/);
	await toTheEnd(page);
	await page.getByRole('button', { name: 'Copy link' }).click();
	await expect(page).toHaveURL(/&t=20$/);
	const link = page.url();
	await page.goto('/');
	await page.goto(link);
	await expect(moment).toHaveValue('20000');
	await expect(page.getByRole('alert')).toHaveCount(0);
});

test('every chart is kept as numbers, as a drawing and as a picture', async ({ page }) => {
	await page.goto(`/play/#${addressOf({ scenario: short, difference: strategies })}`);
	await toTheEnd(page);
	const chart = 'p99 latency of the last five seconds, failures counted as never';
	const csv = await downloaded(page, chart, 'CSV');
	expect(csv.name).toBe('p99-latency-of-the-last-five-seconds-failures-counted-as-nev.csv');
	const lines = csv.text.trimEnd().split('\r\n');
	expect(lines[0]).toBe(
		'Time,"A: Round robin, ms","A: Round robin, n","B: Two choices, ms","B: Two choices, n"'
	);
	expect(lines).toHaveLength(21);
	const svg = await downloaded(page, chart, 'SVG');
	expect(svg.text).toMatch(/^<svg/);
	expect(svg.text).not.toContain('var(--');
	const png = await downloaded(page, 'Load: time at work, by server', 'PNG');
	expect(png.text).toMatch(/^.PNG/);
	expect(png.text.length).toBeGreaterThan(5000);

	const tools = page.getByRole('group', {
		name: '“A: Round robin: in flight, by server” in numbers and files'
	});
	await tools.getByRole('button', { name: 'Table' }).click();
	const table = page.getByRole('region', { name: 'Table: A: Round robin: in flight, by server' });
	await expect(table.getByRole('row')).toHaveCount(21);
	await expect(table.getByRole('columnheader', { name: 'C waiting' })).toBeVisible();
});

test('once the run stands still, twenty seeds in the background give the charts their bands', async ({
	page
}) => {
	await page.goto(`/play/#${addressOf({ scenario: short })}`);
	await toTheEnd(page);
	await expect(page.getByText('Bands reach from the least to the most of 20 seeds.')).toBeVisible();
	await page.getByLabel('Strategy', { exact: true }).scrollIntoViewIfNeeded();
	await page.getByRole('button', { name: 'Play again' }).click();
	await page.getByRole('button', { name: 'Add a server' }).click();
	await expect(page.getByText('Bands reach from')).toBeHidden();
});

test('the traffic’s curve is drawn by hand and moved by keyboard', async ({ page }) => {
	await page.goto(`/play/#${addressOf({ scenario: short })}`);
	await page
		.getByRole('group')
		.filter({ hasText: /^Traffic/ })
		.locator('summary')
		.click();
	const plot = page.locator('.curve .hand');
	await plot.scrollIntoViewIfNeeded();
	const box = await plot.boundingBox();
	if (box === null) throw new Error('There is nothing to draw on.');
	await page.mouse.move(box.x + 60, box.y + 90);
	await page.mouse.down();
	await page.mouse.move(box.x + 150, box.y + 20, { steps: 8 });
	await page.mouse.move(box.x + 240, box.y + 90, { steps: 8 });
	await page.mouse.up();
	const points = page.getByRole('button', { name: /^Point \d+ of/ });
	expect(await points.count()).toBeGreaterThanOrEqual(3);
	const count = await points.count();
	await points.first().focus();
	const before = await points.first().getAttribute('aria-label');
	await page.keyboard.press('ArrowUp');
	await expect(points.first()).not.toHaveAttribute('aria-label', before ?? '');
	await page.keyboard.press('Delete');
	await expect(points).toHaveCount(count - 1);
	await page.getByRole('button', { name: 'Level again' }).click();
	await expect(points).toHaveCount(0);
});

test('a run is shown inside another page, with as many controls as its address says', async ({
	page,
	context,
	baseURL
}) => {
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await page.goto(`/play/#${addressOf({ scenario: short, difference: strategies })}`);
	await page.getByRole('button', { name: 'Copy embed code' }).click();
	await expect(page.getByText('The code is copied')).toBeVisible();
	const code = await page.evaluate(() => navigator.clipboard.readText());
	expect(code).toMatch(
		/^<iframe src="http:\/\/localhost:\d+\/embed\/\?controls=time#s=[\w-]+&amp;b=[\w-]+" title="Short"/
	);

	const host = await context.newPage();
	await host.route('**/host.html', (route) =>
		route.fulfill({
			contentType: 'text/html',
			body: `<!doctype html><title>Host</title><link rel="icon" href="data:,"><h1>Host</h1>${code}`
		})
	);
	await host.goto(`${baseURL ?? ''}/host.html`);
	const frame = host.frameLocator('iframe');
	await expect(frame.getByText('B: Two choices').first()).toBeVisible();
	await expect(frame.getByRole('navigation', { name: 'Site' })).toHaveCount(0);
	await frame.getByRole('button', { name: 'Run to the end' }).click();
	await expect(frame.getByRole('button', { name: 'Play again' })).toBeVisible();

	await page.goto(`/embed/?controls=none#${addressOf({ scenario: short })}`);
	await expect(page.getByRole('group', { name: 'Time' })).toHaveCount(0);
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await page.getByRole('button', { name: 'Pause', exact: true }).click();
	await page.goto(`/embed/?controls=full#${addressOf({ scenario: short })}`);
	await expect(page.getByRole('img', { name: /^p99 latency/ })).toBeVisible();
	await page.goto('/embed/?controls=full#s=nonsense');
	await expect(page.getByRole('alert')).toContainText('the link: ');
	await expect(page.getByRole('link', { name: 'Open it in the playground' })).toBeVisible();
});

test('a sweep of loads and strategies is drawn as lines and as a map, with an interval for each place', async ({
	page
}) => {
	test.setTimeout(120_000);
	const quick = readScenario({ ...short, durationMs: 60_000 });
	await page.goto(`/lab/#${addressOf({ scenario: quick })}`);
	await page.getByLabel('Figure').selectOption('mean');
	await page.getByLabel('values', { exact: true }).fill('3');
	await page.getByLabel('to', { exact: true }).fill('0.6');
	await page.getByLabel('to', { exact: true }).blur();
	await page.getByRole('button', { name: 'Leave out Random' }).click();
	await page.getByRole('button', { name: 'Run the sweep' }).click();
	await expect(page.getByRole('status')).toContainText('9 places in', { timeout: 90_000 });
	const chart = page.getByRole('img', { name: /^latency, mean by load/ });
	await expect(chart).toHaveAttribute('aria-label', /Least connections: \d+ milliseconds/);
	const tools = page.getByRole('group', { name: /in numbers and files/ });
	await tools.getByRole('button', { name: 'Table' }).click();
	const cells = page
		.getByRole('region', { name: /^Table/ })
		.getByRole('row')
		.last()
		.getByRole('cell');
	const [value, least, most] = (await cells.allTextContents()).map((text) =>
		Number(text.replaceAll(',', ''))
	);
	expect(((most ?? NaN) - (least ?? NaN)) / 2 / (value ?? NaN)).toBeLessThanOrEqual(0.021);
	await page.getByLabel('Heat map').check();
	await expect(page.getByRole('img', { name: /^latency, mean by load/ })).toHaveAttribute('aria-label', /±/);
	// The address has the sweep, and a forged one is refused.
	await page.reload();
	await expect(page.getByLabel('to', { exact: true })).toHaveValue('0.6');
	await page.goto(`/lab/#g=${btoa('{"across":1}').replaceAll('=', '')}`);
	await expect(page.getByRole('alert')).toContainText('the link’s sweep: across');
});

test('a sweep can be stopped, and what has come so far stays', async ({ page }) => {
	const slow = presets[0]?.scenario ?? short;
	await page.goto(`/lab/#${addressOf({ scenario: slow })}`);
	await page.getByRole('button', { name: 'Run the sweep' }).click();
	await expect(page.getByRole('progressbar')).toBeVisible();
	await expect(page.getByText(/^[1-9]\d* of 40$/)).toBeVisible({ timeout: 30_000 });
	await page.getByRole('button', { name: 'Cancel' }).click();
	await expect(page.getByText(/^Stopped at \d+ of 40\.$/)).toBeVisible();
	await expect(page.getByRole('img', { name: /^latency, p99 by load/ })).toBeVisible();
});
