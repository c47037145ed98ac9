import { execFileSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { addressOf } from '#simulator/link.ts';
import { readScenario } from '#simulator/scenario.ts';
import { expect, test } from './page.ts';

/** Timeouts, retries, a server that slows down and one that dies: much that could go another way. */
const tenMinutes = readScenario({
	strategy: { name: 'two-choices' },
	traffic: { perSecond: 24 },
	work: { meanMs: 120 },
	network: { hopMs: 20 },
	servers: ['A', 'B', 'C'].map((id) => ({ id, workers: 2, queue: 20 })),
	balancer: { timeoutMs: 900, retries: 1, health: { fall: 3, ejectMs: 4000 } },
	changes: [
		{ at: 100_000, do: 'slow', server: 'C', speed: 0.2 },
		{ at: 300_000, do: 'stop', server: 'B' },
		{ at: 400_000, do: 'restart', server: 'B' }
	],
	durationMs: 600_000
});
const halfMinute = { ...tenMinutes, durationMs: 30_000, changes: [] };

/** What the command line says of the run behind an address. */
function commandLines(address: string): string {
	const words = ['dist/golangia.js', 'simulate', `#${address}`, '--json'];
	const { fingerprint } = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as {
		fingerprint: string;
	};
	return fingerprint;
}

async function pages(page: Page, timeout: number): Promise<string> {
	const end = page.getByText('The run is over: p99');
	await expect(end).toBeVisible({ timeout });
	return (await end.locator('code').first().textContent()) ?? '';
}

test('a page that plays ten minutes at 32× comes to the same log as the command line', async ({
	page,
	viewport
}) => {
	test.skip(viewport?.width === 390, 'a narrow window runs the same');
	test.setTimeout(240_000);
	const address = addressOf({ scenario: tenMinutes });
	await page.goto(`/play/#${address}`);
	await page.getByRole('combobox', { name: 'Speed' }).selectOption('32');
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	expect(await pages(page, 200_000)).toBe(commandLines(address));
});

test('a run that is stopped, stepped, sought through and parted comes to the same log', async ({ page }) => {
	const address = addressOf({ scenario: halfMinute });
	await page.goto(`/play/#${address}`);
	const moment = page.getByLabel('Moment of the run');
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await expect(moment).not.toHaveValue('0');
	await page.getByRole('button', { name: 'Pause' }).click();
	for (let i = 0; i < 5; i++) await page.getByRole('button', { name: 'Next decision' }).click();
	await moment.fill('20000');
	await moment.fill('7000');
	await page.getByRole('button', { name: 'Fork here' }).click();
	await page.getByRole('button', { name: 'Next decision' }).click();
	await page.getByRole('button', { name: 'Go on with B alone' }).click();
	await page.getByRole('combobox', { name: 'Speed' }).selectOption('16');
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	expect(await pages(page, 40_000)).toBe(commandLines(address));
});

test('the gallery shows its pictures, and each leads to the very run', async ({ page }) => {
	await page.goto('/');
	await page.getByRole('link', { name: 'Gallery' }).click();
	await expect(page.getByRole('heading', { name: 'Gallery' })).toBeVisible();
	const overload = page.locator('#overload');
	await expect(overload.getByRole('button', { name: /^Traffic Overload: \d+ waiting/ })).toBeVisible();
	const crowd = await overload.getByRole('button', { name: /^Server A/ }).getAttribute('aria-label');
	await overload.getByRole('link', { name: 'Open this run' }).click();
	await expect(page.getByRole('heading', { name: 'Playground', exact: true })).toBeVisible();
	await expect(page.getByRole('button', { name: /^Server A/ })).toHaveAttribute('aria-label', crowd ?? '');
});
