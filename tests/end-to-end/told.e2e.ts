import { readFile } from 'node:fs/promises';
import { addressOf } from '#simulator/link.ts';
import { readScenario } from '#simulator/scenario.ts';
import { noObjections } from './axe.ts';
import { expect, test } from './page.ts';

/** Two small servers that cannot bear what comes, with a queue of two. */
const crowded = readScenario({
	title: 'Crowded',
	traffic: { perSecond: 40 },
	work: { meanMs: 100 },
	network: { hopMs: 5 },
	servers: [
		{ id: 'A', workers: 1, queue: 2 },
		{ id: 'B', workers: 1, queue: 2 }
	],
	durationMs: 60_000
});

const growing = readScenario({
	title: 'Growing',
	traffic: { perSecond: 40 },
	work: { meanMs: 100 },
	servers: [{ id: 'A', workers: 2 }],
	autoscaler: { least: 1, most: 4, everyMs: 2000, bootMs: 10_000 },
	durationMs: 60_000
});

test('those who listen hear who turns callers away, what is on the stage, and what is selected', async ({
	page
}) => {
	await page.goto(`/play/#${addressOf({ scenario: crowded })}`);
	const stage = page.getByRole('group', { name: /^Stage/ });
	await expect(stage.locator('[data-screen=now]')).toHaveText(/2 servers: 0 requests sent/);
	await page.getByRole('combobox', { name: 'Speed' }).selectOption('2');
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await expect(stage.locator('[data-screen=news]')).toHaveText(
		/Server [AB] turns callers away, \d+ refused\./
	);
	await page.getByRole('button', { name: 'Pause' }).click();
	await page.getByRole('button', { name: /^Server B/ }).click();
	await expect(stage.locator('[data-screen=chosen]')).toHaveText(/^Server B: \d busy/);
	await expect(stage.locator('[data-screen=selected]')).toHaveText(/^Selected: Server B: .*Sent here/);
	// What stands still is told as it is, not as it was a second before.
	const sent = (await stage.locator('[data-screen=now]').textContent()) ?? '';
	await page.getByRole('button', { name: 'Run to the end' }).click();
	await expect(stage.locator('[data-screen=now]')).not.toHaveText(sent);
});

test('a server that is being built is on the stage from its order on, and says how long it takes', async ({
	page
}) => {
	await page.goto(`/play/#${addressOf({ scenario: growing })}`);
	await page.getByLabel('Moment of the run').fill('2500');
	const site = page.getByRole('button', { name: 'Server auto-1: being built' });
	await expect(site).toBeVisible();
	await expect(page.getByText('opens in 10 s').first()).toBeVisible();
	await page.getByLabel('Moment of the run').fill('8500');
	await expect(page.getByText('opens in 4 s').first()).toBeVisible();
	await site.click();
	await expect(page.getByRole('region', { name: 'Server auto-1, being built' })).toContainText(
		/ordered 6\.\d+ s ago/
	);
	// There is nothing to kill or slow yet.
	await expect(page.getByRole('button', { name: 'Kill' })).toBeHidden();
	await page.getByLabel('Moment of the run').fill('12500');
	await expect(page.getByRole('button', { name: /^Server auto-1: .*healthy/ })).toBeVisible();
});

test('a preset stops at what happens for the first time, and whoever switches that off has it off', async ({
	page
}) => {
	await page.goto('/play/');
	const stops = page.getByLabel('Stop at what happens for the first time');
	await expect(stops).toBeChecked();
	await page.getByLabel('Begin with').selectOption('brown-out');
	await expect(stops).toBeChecked();
	// What somebody does is no news.
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await page.getByRole('button', { name: 'Add a server' }).click();
	await page.waitForTimeout(500);
	await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
	await page.getByRole('button', { name: 'Pause' }).click();
	await page.getByLabel('Begin with').selectOption('black-hole');
	await page.getByRole('combobox', { name: 'Speed' }).selectOption('16');
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await expect(page.locator('.caption')).toContainText('The first request fails');
	await stops.uncheck();
	await page.getByLabel('Begin with').selectOption('hedge');
	await expect(stops).not.toBeChecked();
	await page.goto(`/play/#${addressOf({ scenario: crowded })}`);
	await page.reload();
	await expect(stops).not.toBeChecked();
});

test('all latencies are drawn with those who never got an answer, and kept as numbers', async ({ page }) => {
	await page.goto(`/play/#${addressOf({ scenario: crowded })}`);
	await page.getByRole('button', { name: 'Run to the end' }).click();
	const chart = page.getByRole('img', { name: /^Latency of every request that was offered/ });
	await expect(chart).toHaveAttribute('aria-label', /p50 .*p99 never; never answered [\d,]+ of 2,\d+/);
	const coming = page.waitForEvent('download');
	await page
		.getByRole('group', { name: /^“Latency of every request/ })
		.getByRole('button', { name: 'CSV' })
		.click();
	const lines = (await readFile(await (await coming).path(), 'utf8')).trimEnd().split('\r\n');
	expect(lines[0]).toBe('"Latency from, ms","answered, requests"');
	expect(lines.at(-1)).toMatch(/^never,[1-9]\d+$/);
	const n = /n = ([\d,]+)/.exec((await page.locator('figure', { has: chart }).textContent()) ?? '')?.[1];
	const sum = lines.slice(1).reduce((total, line) => total + Number(line.split(',')[1]), 0);
	expect(sum).toBe(Number(n?.replace(',', '')));
	await page.getByLabel('Share answered by then').check();
	await expect(
		page.getByRole('img', { name: /^Requests that were answered within a latency/ })
	).toBeVisible();
	await noObjections(page);
});

test('of two runs side by side the page says which is better, and why', async ({ page }) => {
	await page.goto('/play/');
	await page.getByRole('button', { name: 'Compare with another strategy' }).click();
	await expect(page.getByText('Too early to say')).toBeVisible();
	await page.getByLabel('Moment of the run').fill('30000');
	await expect(page.getByText('Better so far: B: Least connections.')).toBeVisible();
	await expect(page.getByText('Why: in A requests stood in line at one server')).toBeVisible();
});

test('a recording says why each server was picked, and what it is a picture of', async ({ page }) => {
	await page.goto('/replay/');
	await page.getByLabel('Open a recording').setInputFiles('tests/fixtures/session.jsonl');
	await expect(page.getByText(/^Recorded by a proxy: session\.jsonl/).last()).toBeVisible();
	await page.getByLabel('Stop at what happens for the first time').uncheck();
	await page.getByRole('button', { name: 'Next decision' }).click();
	await page.getByRole('button', { name: 'Next decision' }).click();
	await page.getByRole('button', { name: /^Gate/ }).click();
	const gate = page.getByRole('region', { name: /^The gate/ });
	await expect(gate.getByText(/Drawn by lot/)).toBeVisible();
	await expect(gate.getByText('in flight', { exact: true })).toBeVisible();
});

test('who has no recording finds one, of a server that is too slow, is left out and comes back', async ({
	page
}) => {
	await page.goto('/replay/');
	await page.getByRole('button', { name: 'Watch it' }).click();
	await expect(page.getByText('422 of 422 decisions are the same.')).toBeVisible();
	await page.getByLabel('Stop at what happens for the first time').uncheck();
	await page.getByRole('button', { name: 'Run to the end' }).click();
	await page.getByText(/^What happened/).click();
	await expect(page.locator('details').getByText('D is left out').first()).toBeVisible();
	await page.getByLabel('Beside it, the same traffic by').selectOption({ label: 'Least connections' });
	await expect(page.getByText(/requests went to the same server in both lanes/)).toBeVisible();
});

test('a link with more than a slider can say is shown as it is, and the slider says where it ends', async ({
	page
}) => {
	const busy = readScenario({ ...crowded, traffic: { ...crowded.traffic, perSecond: 900 } });
	await page.goto(`/play/#${addressOf({ scenario: busy })}`);
	await expect(page.getByText('This slider goes from 0 a second to 200 a second')).toBeVisible();
	await page.getByRole('slider', { name: 'Traffic' }).first().fill('200');
	await expect(page.getByText('This slider goes')).toBeHidden();
});

test('foreign, broken and oversized files are refused in one sentence, and the run stays', async ({
	page
}) => {
	await page.goto('/play/');
	for (const [name, text, says] of [
		['photo.json', '\u0000\u0001PNG', 'photo.json: is not JSON'],
		['list.json', '[1,2,3]', 'list.json: '],
		['cut.jsonl', '{"golangia":"recording","version":1,"strat', 'cut.jsonl:1'],
		['empty.json', '', 'empty.json: is not JSON']
	] as const) {
		await page
			.getByLabel('Open file')
			.setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
		await expect(page.getByRole('alert')).toContainText(says);
		await expect(page.getByRole('button', { name: /^Server D/ })).toBeVisible();
	}
	await page.getByLabel('Open file').setInputFiles({
		name: 'huge.json',
		mimeType: 'application/json',
		buffer: Buffer.alloc(33_000_000, 'a')
	});
	await expect(page.getByRole('alert')).toContainText('huge.json has 33 MB');
});
