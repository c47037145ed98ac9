import type { Page } from '@playwright/test';
import { linkOf } from '#simulator/link.ts';
import { readScenario } from '#simulator/scenario.ts';
import { noObjections } from './axe.ts';
import { expect, test } from './page.ts';

/** Busy, with timeouts and retries, and a server that slows down after nine seconds. */
const rough = readScenario({
	strategy: { name: 'two-choices' },
	traffic: { perSecond: 60 },
	work: { meanMs: 120 },
	network: { hopMs: 20 },
	servers: ['A', 'B', 'C', 'D'].map((id) => ({ id, workers: 2, queue: 20 })),
	balancer: { timeoutMs: 800, retries: 2, backoff: { baseMs: 100 }, health: { fall: 3, ejectMs: 4000 } },
	changes: [{ at: 9000, do: 'slow', server: 'C', speed: 0.15 }]
});

async function openAt(page: Page, at: number): Promise<void> {
	await page.goto(`/play/#s=${linkOf(rough)}`);
	await page.getByLabel('Moment of the run').fill(String(at));
}

test('a server, a request inside it and each of its tries are told of, by keyboard alone', async ({
	page
}) => {
	await openAt(page, 16_000);
	await page.getByRole('button', { name: /^Server C/ }).focus();
	await page.keyboard.press('Enter');
	const details = page.getByRole('region', { name: /^Server C/ });
	await expect(details.getByText('C works at speed ×0.15')).toBeVisible();
	await expect(details.getByText(/Why C\?/)).toBeVisible();
	await details
		.getByRole('button', { name: /^Request/ })
		.first()
		.focus();
	await page.keyboard.press('Enter');
	const request = page.getByRole('region', { name: /^Request/ });
	await expect(request.getByText(/so far: /)).toBeVisible();
	const tries = request.getByRole('group', { name: 'Where its time went' }).getByRole('button');
	await tries.first().focus();
	await page.keyboard.press('Enter');
	await expect(tries.first()).toHaveAttribute('aria-pressed', 'true');
	await request.getByText('As a table').focus();
	await page.keyboard.press('Enter');
	await expect(request.getByRole('row').nth(1)).toContainText('on the road');
	await noObjections(page);
	await request.getByRole('button', { name: 'Close the details' }).press('Enter');
	await expect(request).toBeHidden();
});

test('the gate shows what it believes beside what is so, and why it picked', async ({ page }) => {
	await openAt(page, 16_000);
	await page.getByRole('button', { name: /^Gate/ }).click();
	const gate = page.getByRole('region', { name: 'The gate: Two choices' });
	await expect(gate.getByRole('row', { name: /^A/ })).toBeVisible();
	await expect(gate.getByText(/Drawn by lot/)).toBeVisible();
	await expect(gate.getByText('in flight', { exact: true })).toBeVisible();
});

test('the run stops where something happens for the first time, says so at the spot, and goes on', async ({
	page
}) => {
	await openAt(page, 2000);
	await page.getByLabel('Stop at what happens for the first time').check();
	await page.getByRole('combobox', { name: 'Speed' }).selectOption('8');
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await expect(
		page.getByRole('status').filter({ hasText: 'Stopped. The first request times out.' })
	).toBeAttached();
	await expect(page.locator('.caption')).toContainText('took too long at');
	await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
	await noObjections(page);
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	// The next first of a kind: a server is left out.
	await expect(page.locator('.caption')).toContainText('is left out');
	await page.getByText('What happened').click();
	await page
		.getByRole('button', { name: /too late$/ })
		.first()
		.click();
	await expect(page.locator('.caption')).toBeHidden();
	// What was seen is still known, though the clock was turned back before it.
	await expect(page.getByRole('button', { name: /left out$/ }).first()).toBeVisible();
});

test('a run is parted, one future is changed, and one of them is kept', async ({ page }) => {
	await openAt(page, 12_000);
	await page.getByRole('button', { name: 'Fork here' }).click();
	await expect(page.getByRole('group', { name: /^Stage/ })).toHaveCount(2);
	await expect(page.getByText('as it goes on').first()).toBeAttached();
	const [, second] = await page.getByRole('button', { name: /^Server D/ }).all();
	await second?.click();
	await page.getByRole('button', { name: 'Kill' }).click();
	await expect(page.getByRole('button', { name: /^Server D.*stopped/ })).toHaveCount(1);
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await expect(page.getByText('what if: killed D').first()).toBeAttached();
	await page.getByRole('button', { name: 'Pause' }).click();
	await noObjections(page);
	await page.getByRole('button', { name: 'Go on with B alone' }).click();
	await expect(page.getByRole('group', { name: /^Stage/ })).toHaveCount(1);
	await expect(page.getByRole('button', { name: /^Server D.*stopped/ })).toBeVisible();
	await expect(page.getByRole('button', { name: 'Fork here' })).toBeVisible();
});

test('a recorded session of the proxy opens from the playground, plays, and can be sought through', async ({
	page
}) => {
	await page.goto('/play/');
	await page.getByLabel('Open file').setInputFiles('tests/fixtures/session.jsonl');
	await expect(page.getByRole('heading', { name: 'Replay' })).toBeVisible();
	await page.getByLabel('Moment of the run').fill('1800');
	await page.getByRole('button', { name: /^Server localhost:9:/ }).click();
	await expect(page.getByRole('region', { name: /^Server localhost:9/ })).toContainText('turned away');
	await page.getByRole('button', { name: 'Run to the end' }).click();
	await page.getByText('What happened').click();
	await expect(page.getByRole('button', { name: /is left out$/ }).first()).toBeVisible();
	await noObjections(page);
});

test('a file that is no recording is refused in one sentence, and what is open stays open', async ({
	page
}) => {
	await page.goto('/replay/');
	const file = page.getByLabel('Open a recording');
	await file.setInputFiles('tests/fixtures/session.jsonl');
	await expect(page.getByRole('group', { name: /^Stage/ })).toBeVisible();
	await file.setInputFiles({
		name: 'wrong.jsonl',
		mimeType: 'text/plain',
		buffer: Buffer.from('{"golangia":"recording","version":7}\n')
	});
	await expect(page.getByRole('alert')).toContainText('wrong.jsonl:1: version is 7');
	await expect(page.getByRole('group', { name: /^Stage/ })).toBeVisible();
});
