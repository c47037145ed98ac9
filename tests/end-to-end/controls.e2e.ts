import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import { addressOf } from '#simulator/link.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario } from '#simulator/scenario.ts';
import { expect, test } from './page.ts';

const run = promisify(execFile);

const short = readScenario({
	title: 'Short',
	seed: 3,
	traffic: { perSecond: 40 },
	work: { meanMs: 100 },
	servers: ['A', 'B', 'C'].map((id) => ({ id, workers: 2, queue: 5 })),
	network: { hopMs: 7 },
	durationMs: 20_000
});

/** The latest of what was done, as the list of it says. */
function latest(page: Page): Locator {
	return page.getByRole('region', { name: 'What you did' }).locator('[aria-current=step]');
}

/** Something else than it is set to now; a radio's other button. */
async function turn(control: Locator): Promise<void> {
	const kind = await control.evaluate((element) =>
		element instanceof HTMLInputElement ? element.type : element.tagName
	);
	if (kind === 'radio') {
		await control.check();
	} else if (kind === 'range') {
		const before = await control.inputValue();
		await control.press('ArrowRight');
		if ((await control.inputValue()) === before) await control.press('ArrowLeft');
	} else {
		const other = await control.evaluate((list) =>
			list instanceof HTMLSelectElement
				? [...list.options].find(({ value }) => value !== list.value)?.value
				: undefined
		);
		await control.selectOption(other ?? '');
	}
}

async function stateOf(control: Locator): Promise<string> {
	return control.evaluate((element) =>
		element instanceof HTMLInputElement && element.type === 'radio'
			? String(element.checked)
			: (element as HTMLInputElement).value
	);
}

test('every setting of the inspector does something that is listed, and undoing it brings it back', async ({
	page,
	viewport
}) => {
	test.skip(viewport?.width === 390, 'the same controls');
	test.setTimeout(240_000);
	await page.goto('/play/');
	const groups = page.locator('.inspector details');
	await expect(groups).toHaveCount(6);
	let turned = 0;
	for (const group of await groups.all()) {
		await group.locator('summary').click();
		const controls = group.locator('input[type=range], select, input[type=radio]:not(:checked)');
		await expect(controls.first()).toBeVisible();
		const count = await controls.count();
		for (let i = 0; i < count; i++) {
			const control = controls.nth(i);
			const before = await stateOf(control);
			await turn(control);
			await expect(latest(page), `control ${String(i)} of ${await group.innerText()}`).not.toHaveText(
				'The beginning'
			);
			await page.getByRole('button', { name: 'Undo', exact: true }).click();
			await expect(latest(page)).toHaveText('The beginning');
			await expect(controls).toHaveCount(count);
			expect(await stateOf(control)).toBe(before);
			turned++;
		}
	}
	expect(turned).toBeGreaterThan(35);
});

test('everything that can be done to a server is done while it runs, and is listed', async ({ page }) => {
	await page.goto(`/play/#${addressOf({ scenario: short })}`);
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await page.getByRole('button', { name: /^Server B/ }).click();
	const server = (says: RegExp): Locator => page.getByRole('button', { name: says });
	for (const [deed, says, state] of [
		['Slow to half', 'B slowed to ×0.5', /^Server B: .*slow, ×0.5/],
		['Restart', 'restarted B', /^Server B: .*healthy/],
		['Freeze for 3 s', 'B stood still for 3000 ms', /^Server B: .*frozen/],
		['Let it fail fast', 'B began to fail', /^Server B: .*answers with errors/],
		['Restart', 'restarted B', /^Server B/],
		['Let it fall silent', 'B fell silent', /^Server B: .*silent/],
		['Kill', 'killed B', /^Server B: .*stopped/],
		['Restart', 'restarted B', /^Server B: .*healthy/],
		['Drain', 'drained B', /^Server B: .*drained/]
	] as const) {
		await page.getByRole('button', { name: deed, exact: true }).click();
		await expect(latest(page)).toHaveText(says);
		await expect(server(state)).toBeVisible();
	}
	await page.getByRole('spinbutton', { name: /^Weight/ }).fill('250');
	await page.getByRole('spinbutton', { name: /^Weight/ }).press('Enter');
	await expect(latest(page)).toHaveText('weight of B set to 100');
	await page.getByRole('button', { name: 'Remove', exact: true }).click();
	await expect(latest(page)).toHaveText('removed B');
	await page.getByLabel('Traffic', { exact: true }).first().press('ArrowRight');
	await expect(latest(page)).toHaveText(/^traffic set to \d+ a second$/);
	await page.getByRole('combobox', { name: 'Strategy', exact: true }).selectOption('peak-ewma');
	await expect(latest(page)).toHaveText('strategy peak-ewma');
	await page.getByRole('slider', { name: 'Decay' }).press('ArrowRight');
	await expect(latest(page)).toHaveText(/^strategy peak-ewma \(/);
	await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
});

test('what was played with is copied as a link and as a command, and saved as a file: each gives the same log', async ({
	page,
	context
}) => {
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await page.goto(`/play/#${addressOf({ scenario: short })}`);
	for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Next decision' }).click();
	await page.getByRole('button', { name: 'Add a server' }).click();
	await page.getByRole('button', { name: /^Server B/ }).click();
	await page.getByRole('button', { name: 'Kill' }).click();
	await page.getByRole('button', { name: 'Back to the cluster' }).click();
	const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
	await page.getByRole('button', { name: 'Copy link' }).click();
	await expect(page.getByText(/link is copied/i)).toBeVisible();
	const link = await clipboard();
	await page.getByRole('button', { name: 'Copy as command' }).click();
	await expect(page.getByText(/command is copied/i)).toBeVisible();
	const command = await clipboard();
	const coming = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Save file' }).click();
	const file = await (await coming).path();

	const fingerprint = async (): Promise<string> => {
		await page.getByRole('button', { name: 'Run to the end' }).click();
		const end = page.getByText('The run is over: p99');
		await expect(end).toBeVisible();
		return (await end.locator('code').first().textContent()) ?? '';
	};
	const here = await fingerprint();
	expect(here).toMatch(/^[0-9a-f]{16}$/);

	const [, hash = ''] = /^npm run -s golangia -- simulate '(#[^']+)'$/.exec(command) ?? [];
	const { stdout } = await run(process.execPath, ['dist/golangia.js', 'simulate', hash, '--json']);
	expect((JSON.parse(stdout) as { fingerprint: string }).fingerprint).toBe(here);

	await page.goto('/');
	await page.goto(link);
	await expect(page.getByRole('button', { name: /^Server B.*stopped/ })).toBeVisible();
	expect(await fingerprint()).toBe(here);

	await page.goto('/');
	await page.goto('/play/');
	await page.getByLabel('Open file').setInputFiles({
		name: 'scenario.json',
		mimeType: 'application/json',
		buffer: await readFile(file)
	});
	await expect(page.getByRole('button', { name: 'opened scenario.json' })).toBeVisible();
	expect(await fingerprint()).toBe(here);
});

test('every preset opens, stands on the stage and runs to its end', async ({ page, viewport }) => {
	test.skip(viewport?.width === 390, 'a narrow window runs the same');
	test.setTimeout(120_000);
	await page.goto('/play/');
	for (const { id, title, says } of presets) {
		await page.getByLabel('Begin with').selectOption(id);
		await expect(page.getByText(says)).toBeVisible();
		await page.getByLabel('Stop at what happens for the first time').uncheck();
		await page.getByRole('button', { name: 'Run to the end' }).click();
		await expect(page.getByText(/^The run (is over|was stopped)/), title).toBeVisible({ timeout: 30_000 });
		await expect(page.locator('.scenery').getByText(/^the end: [\d,]+ sent$/)).toBeVisible();
	}
});

test('speed, seed and the scrubber hold the time in one’s hand', async ({ page }) => {
	await page.goto(`/play/#${addressOf({ scenario: short })}`);
	const moment = page.getByLabel('Moment of the run');
	const speed = page.getByRole('combobox', { name: 'Speed' });
	expect(await speed.getByRole('option').allTextContents()).toEqual(
		expect.arrayContaining(['0.1×', '1×', '32×'])
	);
	/** Who is where, by the names of all on the stage. */
	const stand = async (): Promise<string> => {
		const names = page.getByRole('group', { name: /^Stage/ }).getByRole('button');
		return (await names.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))).join();
	};
	const empty = await stand();
	await moment.fill('9000');
	await expect.poll(stand).not.toBe(empty);
	const first = await stand();
	const seed = page.getByRole('spinbutton', { name: 'seed' });
	await seed.fill('4');
	await seed.press('Enter');
	await expect(page.getByRole('button', { name: 'seed 4' })).toBeVisible();
	await moment.fill('9000');
	await expect.poll(stand).not.toBe(first);
	await seed.fill('3');
	await seed.press('Enter');
	await moment.fill('9000');
	await expect.poll(stand).toBe(first);
	await moment.fill('15000');
	await moment.fill('9000');
	await expect.poll(stand).toBe(first);
	await speed.selectOption('0.1');
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await page.waitForTimeout(1000);
	await page.getByRole('button', { name: 'Pause' }).click();
	const gone = Number(await moment.inputValue()) - 9000;
	expect(gone).toBeGreaterThan(0);
	expect(gone).toBeLessThan(400);
	await page.getByRole('button', { name: 'Start again with the same seed' }).click();
	await expect(moment).toHaveValue('0');
});
