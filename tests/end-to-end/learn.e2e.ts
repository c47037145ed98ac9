import { readdirSync } from 'node:fs';
import { expect, test } from './page.ts';

test('a learner opens lesson 1, predicts, runs, fails, takes a hint, meets the goal and finds it kept', async ({
	page
}) => {
	await page.goto('/');
	await page
		.getByRole('link', { name: /The Village with One Gate/ })
		.first()
		.click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('The Village with One Gate');

	await page.getByRole('button', { name: 'Keep this prediction and run' }).click();
	await expect(page.getByText('Kept. It is answered when the run is over.')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
	await page.getByRole('button', { name: 'Run to the end' }).click();
	await expect(page.getByText(/^You said/)).toBeVisible();

	await page.getByRole('button', { name: 'Work on the goal' }).click();
	await page.getByRole('button', { name: 'Run to the end' }).click();
	await expect(page.getByText('Not yet.')).toBeVisible();
	await page.getByRole('button', { name: /A hint/ }).click();
	await expect(page.getByText('A nudge.')).toBeVisible();

	await page.getByRole('slider', { name: /servers/i }).fill('3');
	await page.getByRole('button', { name: 'Run to the end' }).click();
	await expect(page.getByText('Goal met.')).toBeVisible();

	await page.reload();
	await expect(page.getByText('reached', { exact: true })).toBeVisible();
	await expect(page.getByText('A nudge.')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Predict again' })).toBeVisible();
});

const slugs = readdirSync(new URL('../../lessons/en', import.meta.url)).filter((name) => /^\d\d-/.test(name));

for (const slug of slugs) {
	test(`a learner of ${slug} predicts, is answered, and sees the solution meet the goal and the ablation miss it`, async ({
		page
	}) => {
		await page.goto(`/learn/${slug}/`);
		await page.getByRole('button', { name: 'Keep this prediction and run' }).click();
		await page.getByRole('button', { name: 'Run to the end' }).click();
		await expect(page.getByText(/^You/).first()).toBeVisible();

		await page.getByRole('button', { name: 'Show me' }).click();
		await page.getByRole('button', { name: 'Run to the end' }).click();
		await expect(page.getByText('Goal met.')).toBeVisible();

		await page.getByRole('button', { name: 'Take it away and run' }).click();
		await page.getByRole('button', { name: 'Run to the end' }).click();
		await expect(page.getByText('Goal met.')).toBeHidden();
		await expect(page.getByText('Without it the goal is missed.')).toBeVisible();
	});
}

test('a lesson shows its strategy’s real source and reads without scripts', async ({ browser, baseURL }) => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(`${String(baseURL)}/learn/03-the-carousel/`);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('The Carousel');
	await expect(page.getByText('src/balancer/strategies/round-robin.ts')).toBeVisible();
	await expect(page.locator('.line.lit').first()).toBeVisible();
	await expect(page.getByRole('heading', { name: 'Where it stops being true' })).toBeVisible();
	await expect(page.getByRole('img', { name: /^Four castles ride on a carousel/ })).toBeVisible();
	await context.close();
});

test('a run stops once where something is to be noticed, and its caption can be found again', async ({
	page
}) => {
	test.slow();
	/** Two whole runs at 32 times their speed, on a machine that may be busy. */
	const whole = { timeout: 40_000 };
	await page.goto('/learn/01-the-village-with-one-gate/');
	await page.getByRole('button', { name: 'Keep this prediction and run' }).click();
	await page.getByLabel('Speed').selectOption('32');
	const goOn = page.getByRole('button', { name: 'Go on' });
	await expect(goOn).toBeVisible();
	await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
	await expect(page.locator('.caption')).toContainText('The road of A is full, with 50 waiting.');
	await goOn.focus();
	await page.keyboard.press('Enter');
	await expect(page.getByRole('group', { name: 'Time' }).locator('.play')).toBeFocused();
	await expect(page.locator('.caption')).toContainText('Two servers, the same stream');
	await goOn.click();
	await expect(page.getByText(/^You said/)).toBeVisible(whole);

	// The same run again does not stop.
	await page.getByRole('button', { name: 'Play again' }).click();
	await expect(page.getByRole('button', { name: 'Play again' })).toBeVisible(whole);
	await expect(goOn).toBeHidden();

	await page.getByRole('button', { name: '0:04.6' }).click();
	await expect(page.locator('.caption')).toContainText('The road of A is full');
	await expect(page.getByLabel('Moment of the run')).toHaveAttribute('aria-valuetext', /^0:05 of/);
});

test('a curve is drawn by mouse and by keyboard, kept, answered, and drawn again beside what was measured', async ({
	page
}) => {
	await page.goto('/learn/02-traffic-overload-awakes/');
	const last = page.getByRole('slider', { name: 'workers: 4' });
	const plot = page.getByRole('group', { name: 'Your curve' }).locator('.plot');
	const box = await plot.boundingBox();
	if (box === null) throw new Error('The curve is not on the page.');
	await plot.click({ position: { x: box.width - 24, y: 60 } });
	const drawn = Number(await last.inputValue());
	expect(drawn).toBeGreaterThan(1500);
	await last.focus();
	for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowUp');
	await expect(last).toHaveValue(String(drawn + 200));

	await page.getByRole('button', { name: 'Keep this prediction and run' }).click();
	await page.getByRole('button', { name: 'Run to the end' }).click();
	await expect(page.getByText(/^Your curve ends at/)).toBeVisible();
	await expect(page.getByRole('row', { name: /^4 .* [\d.]+ s$/ }).first()).toBeVisible();
	await page.reload();
	await expect(page.getByRole('button', { name: 'Predict again' })).toBeVisible();
});

test('the door of a chapter asks three questions, and sends a wrong answer to a scenario', async ({
	page
}) => {
	await page.goto('/learn/03-the-carousel/');
	const door = page.getByRole('region', { name: 'At the door' });
	await door.getByLabel('They take half as long.').check();
	await expect(door.getByText('No.')).toBeVisible();
	const scenario = await door.getByRole('link', { name: 'See it happen' }).getAttribute('href');
	await door.getByRole('button', { name: 'Next question' }).click();
	await door.getByLabel('20', { exact: true }).check();
	await door.getByRole('button', { name: 'Next question' }).click();
	await door.getByLabel('They take much longer.').check();
	await expect(door.getByText('2 of 3.')).toBeVisible();
	await page.goto(String(scenario));
	await expect(page.getByRole('group', { name: /^Stage/ })).toBeVisible();
	await expect(page.locator('[data-topic="server"]')).toHaveCount(4);
});

test('a word of the glossary says what it means where it stands, and leads to all the words', async ({
	page
}) => {
	await page.goto('/learn/02-traffic-overload-awakes/');
	const word = page.getByRole('link', { name: 'utilisation' }).first();
	await word.focus();
	await expect(
		page.getByRole('tooltip').filter({ hasText: 'The share of workers that are busy' })
	).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(page.getByRole('tooltip').filter({ hasText: 'The share' })).toBeHidden();
	await word.press('Enter');
	await expect(page).toHaveURL(/\/learn\/glossary\/#utilisation$/);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Glossary');
	await expect(page.getByRole('link', { name: 'Lesson 2, Traffic Overload Awakes' }).first()).toBeVisible();
});

for (const [slug, solve] of [
	['01-the-village-with-one-gate', { Servers: '3' }],
	['04-the-giant-and-the-squires', { 'Weight of B': '2', 'Weight of C': '5' }]
] as const) {
	test(`with the keyboard alone a learner does ${slug}`, async ({ page }) => {
		await page.goto(`/learn/${slug}/`);
		const press = async (name: string | RegExp): Promise<void> => {
			const button = page.getByRole('button', { name }).first();
			await button.focus();
			await page.keyboard.press('Enter');
		};
		await press('Keep this prediction and run');
		await page.keyboard.press('r');
		await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
		await press('Run to the end');
		await expect(page.getByText(/^You said/)).toBeVisible();
		await page.keyboard.press('h');
		await expect(page.getByText('A nudge.')).toBeVisible();
		await press('Work on the goal');
		for (const [name, value] of Object.entries(solve)) {
			const slider = page.getByRole('slider', { name });
			await slider.focus();
			for (let i = 0; i < 12 && (await slider.inputValue()) !== value; i++) {
				await page.keyboard.press(
					Number(await slider.inputValue()) < Number(value) ? 'ArrowRight' : 'ArrowLeft'
				);
			}
		}
		await press('Run to the end');
		await expect(page.getByText('Goal met.')).toBeVisible();
		await page.getByRole('heading', { level: 1 }).click();
		await page.keyboard.press('n');
		await expect(page).not.toHaveURL(new RegExp(slug));
		await page.keyboard.press('p');
		await expect(page).toHaveURL(new RegExp(slug));
	});
}

test('the story and the keys can be switched off, and stay off', async ({ page }) => {
	await page.goto('/learn/01-the-village-with-one-gate/');
	await expect(page.getByText('This morning a monster woke')).toBeVisible();
	await page.getByLabel('Tell the story').uncheck();
	await page.getByLabel('Keys:').uncheck();
	await page.reload();
	await expect(page.getByText('This morning a monster woke')).toBeHidden();
	await page.getByRole('heading', { level: 1 }).click();
	await page.keyboard.press('h');
	await expect(page.getByText('A nudge.')).toBeHidden();
});

test('what was done is saved to a file, forgotten, and had again from the file', async ({ page }) => {
	await page.goto('/learn/01-the-village-with-one-gate/');
	await page.getByRole('button', { name: 'Work on the goal' }).click();
	await page.getByRole('slider', { name: /servers/i }).fill('3');
	await page.getByRole('button', { name: 'Run to the end' }).click();
	await expect(page.getByText('Goal met.')).toBeVisible();
	await page.goto('/');
	await expect(page.getByRole('link', { name: 'Go on with lesson 2' })).toBeVisible();
	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Save it as a file' }).click();
	const path = await (await download).path();
	await page.getByRole('button', { name: 'Forget it' }).click();
	await page.getByRole('button', { name: 'Really forget all of it?' }).click();
	await expect(page.getByRole('link', { name: 'Begin with lesson 1' })).toBeVisible();
	await page.getByLabel('A progress file').setInputFiles(path);
	await expect(page.getByRole('link', { name: 'Go on with lesson 2' })).toBeVisible();
	await page.getByLabel('A progress file').setInputFiles({
		name: 'wrong.json',
		mimeType: 'application/json',
		buffer: Buffer.from('{"version":2,"lessons":{"a":{"hints":"two"}}}')
	});
	await expect(page.getByRole('alert')).toContainText('wrong.json: lessons.a.hints is "two"');
	await expect(page.getByRole('link', { name: 'Go on with lesson 2' })).toBeVisible();
});

for (const slug of slugs) {
	test(`${slug} is whole on paper and without scripts: charts, captions, words, and no dead button`, async ({
		page,
		browser,
		baseURL,
		viewport
	}) => {
		test.skip(
			viewport?.width === 390,
			'Paper has its own width; what has no scripts is read on a telephone.'
		);
		const whole = async (): Promise<void> => {
			await expect(read.getByRole('heading', { name: 'How the run ended' })).toBeVisible();
			await expect(read.locator('.final .chart svg').first()).toBeVisible();
			// A line along the axis has no height, and would not count as visible.
			await expect(read.locator('.final .chart path.line').first()).toHaveAttribute('d', /L/);
			await expect(read.getByRole('row', { name: /^A solution/ })).toBeVisible();
			await expect(read.locator('.stage').first()).toBeHidden();
			await expect(read.locator('.lesson button:visible')).toHaveCount(0);
			const over = await read.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
			expect(over, 'pixels too wide').toBeLessThanOrEqual(0);
		};
		let read = page;
		await page.goto(`/learn/${slug}/`);
		// Nothing is measured anew for paper: what the screen hides must be drawn before.
		const hidden = page.locator('.final .chart path.line');
		await expect(hidden.first()).toBeHidden();
		const drawn = await hidden.evaluateAll((lines) => lines.map((line) => line.getAttribute('d')).join(''));
		const reach = Math.max(...[...drawn.matchAll(/[ML]([\d.]+)/g)].map(([, x]) => Number(x)));
		expect(reach, 'where the lines end, in pixels').toBeGreaterThan(300);
		await page.emulateMedia({ media: 'print' });
		await whole();
		const telephone = { width: 390, height: 844 };
		const context = await browser.newContext({ javaScriptEnabled: false, viewport: telephone });
		read = await context.newPage();
		await read.goto(`${String(baseURL)}/learn/${slug}/`);
		await whole();
		await context.close();
	});
}
