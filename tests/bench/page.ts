import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test';
import { addressOf } from '#simulator/link.ts';
import { findChromium } from '../../src/setup/chromium.js';
import { markdownTable } from './markdown.ts';
import { inFlight, opening, pageScenes, twoThousand, type PageScene } from './page-scenes.ts';
import { servePages } from './page-site.ts';

/** What may follow `page`: `--long` watches memory over ten minutes by the clock on the wall. */
export const pageWords: readonly string[] = ['--long'];

const settleMs = 2500;
const watchMs = 6000;
/** Lighthouse's slow 4G, on a phone a quarter as fast as this machine. */
const phone = { slower: 4, latency: 150, down: (1.6e6 / 8) * 0.9, up: (750e3 / 8) * 0.9 };

/**
 * The playground in a Chromium that draws without a graphics card. A frame's main thread is processor time, which neighbours on a shared
 * machine do not change; its length is time by the wall, which they do.
 */
export async function benchPage(words: readonly string[] = []): Promise<string[]> {
	const build = resolve('build');
	if (!existsSync(join(build, 'play', 'index.html')))
		return ['The site is not built yet: run npm run build first.'];
	const site = await servePages(build);
	const executablePath = findChromium();
	const browser = await chromium.launch({
		...(executablePath === undefined ? {} : { executablePath }),
		args: [
			...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
			'--disable-gpu',
			'--enable-precise-memory-info'
		]
	});
	try {
		const rows = [['', 'limit', 'measured', 'holds']];
		rows.push(...(await openingRows(browser, site.url)));
		for (const scene of pageScenes) rows.push(...(await sceneRows(browser, site.url, scene)));
		rows.push(await memoryRow(browser, site.url, words.includes('--long')));
		return [`Chromium ${browser.version()}, no graphics card, 1440 × 900.`, '', ...markdownTable(rows)];
	} finally {
		await browser.close();
		site.close();
	}
}

async function openingRows(browser: Browser, url: string): Promise<string[][]> {
	const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
	const page = await context.newPage();
	const devtools = await context.newCDPSession(page);
	let script = 0;
	const scripts = new Set<string>();
	devtools.on('Network.responseReceived', ({ requestId, response: { mimeType } }) => {
		if (mimeType === 'text/javascript') scripts.add(requestId);
	});
	// What came over the line, heads included.
	devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
		if (scripts.has(requestId)) script += encodedDataLength;
	});
	await devtools.send('Network.enable');
	await devtools.send('Network.emulateNetworkConditions', {
		offline: false,
		latency: phone.latency,
		downloadThroughput: phone.down,
		uploadThroughput: phone.up
	});
	await devtools.send('Emulation.setCPUThrottlingRate', { rate: phone.slower });
	await page.goto(`${url}/play/`, { waitUntil: 'commit' });
	await page.locator('html[data-awake]').waitFor({ state: 'attached' });
	const awake = await page.evaluate(() => performance.now());
	await context.close();
	if (scripts.size === 0) throw new Error('The playground woke up without a script: the count is wrong.');
	return [
		limited('/play on a phone: controls answer after', awake / 1000, 3, 's'),
		limited('/play on a phone: script until then, compressed', script / 1000, 200, 'kB')
	];
}

async function sceneRows(browser: Browser, url: string, scene: PageScene): Promise<string[][]> {
	const { page, devtools } = await opened(browser, url, scene);
	await play(page, scene);
	await page.waitForTimeout(settleMs);
	const before = await reading(page, devtools);
	const frames = await page.evaluate(framesFor, watchMs);
	const after = await reading(page, devtools);
	await page.context().close();
	const virtual = after.at - before.at;
	const real = after.now - before.now;
	const { name } = scene;
	return [
		[`${name}: requests out`, '', String(inFlight(scene)), ''],
		limited(`${name}: 95 of 100 frames last at most`, quantile(frames, 0.95), 20, 'ms'),
		limited(`${name}: main thread a frame`, (after.task - before.task) / frames.length, 8, 'ms'),
		[
			`${name}: of that script, style and layout, the rest`,
			'',
			[
				after.script - before.script,
				after.style - before.style,
				after.task - before.task - (after.script - before.script) - (after.style - before.style)
			]
				.map((ms) => (ms / frames.length).toFixed(1))
				.join(' · '),
			''
		],
		[
			`${name}: the run’s time over the wall’s`,
			`${String(scene.speed)}×`,
			`${(virtual / real).toFixed(2)}×`,
			holds(virtual / real > scene.speed * 0.97)
		]
	];
}

/** Bytes on the heap after a collection, at the first minute and at the tenth: of the run, at 32×, or of the wall. */
async function memoryRow(browser: Browser, url: string, long: boolean): Promise<string[]> {
	const scene: PageScene = long ? twoThousand : { ...twoThousand, scenario: opening, speed: 32, at: 0 };
	const { page, devtools } = await opened(browser, url, scene);
	await play(page, scene);
	const minute = long ? 60_000 : 60_000 / scene.speed;
	const heap = async (): Promise<number> => {
		await devtools.send('HeapProfiler.collectGarbage');
		const { metrics } = await devtools.send('Performance.getMetrics');
		return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN;
	};
	await page.waitForTimeout(minute);
	const first = await heap();
	await page.waitForTimeout(9 * minute);
	const tenth = await heap();
	await page.context().close();
	return limited(
		`${scene.name}, ten minutes of the ${long ? 'wall' : 'run'}: the heap grows by`,
		(tenth - first) / 1e6,
		3,
		'MB'
	);
}

async function opened(
	browser: Browser,
	url: string,
	{ scenario, at, speed }: PageScene
): Promise<{ page: Page; devtools: CDPSession }> {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
	const page = await context.newPage();
	const devtools = await context.newCDPSession(page);
	await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
	await page.goto(`${url}/play/#${addressOf({ scenario, at })}`);
	await page.locator('html[data-awake]').waitFor({ state: 'attached' });
	await page.getByRole('combobox', { name: 'Speed' }).selectOption(String(speed));
	return { page, devtools };
}

async function play(page: Page, { name }: PageScene): Promise<void> {
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await page
		.getByRole('button', { name: 'Pause' })
		.waitFor({ timeout: 5000 })
		.catch(() => {
			throw new Error(`${name} does not play.`);
		});
}

interface Reading {
	readonly at: number;
	readonly now: number;
	readonly task: number;
	readonly script: number;
	readonly style: number;
}

/** Milliseconds: of the run, of the wall, and of the main thread since the page was opened. */
async function reading(page: Page, devtools: CDPSession): Promise<Reading> {
	const { metrics } = await devtools.send('Performance.getMetrics');
	const of = (wanted: string): number => 1000 * (metrics.find(({ name }) => name === wanted)?.value ?? NaN);
	const { at, now } = await page.getByLabel('Moment of the run').evaluate((range) => ({
		at: (range as HTMLInputElement).valueAsNumber,
		now: performance.now()
	}));
	return {
		at,
		now,
		task: of('TaskDuration'),
		script: of('ScriptDuration'),
		style: of('LayoutDuration') + of('RecalcStyleDuration')
	};
}

/** Runs in the page: how long each frame lasts. */
function framesFor(ms: number): Promise<number[]> {
	return new Promise((done) => {
		const lengths: number[] = [];
		let last = performance.now();
		const end = last + ms;
		const frame = (now: number): void => {
			lengths.push(now - last);
			last = now;
			if (now >= end) done(lengths.slice(1));
			else requestAnimationFrame(frame);
		};
		requestAnimationFrame(frame);
	});
}

function quantile(values: readonly number[], share: number): number {
	return (
		values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN
	);
}

function limited(what: string, measured: number, limit: number, unit: string): string[] {
	return [what, `${String(limit)} ${unit}`, `${measured.toFixed(1)} ${unit}`, holds(measured <= limit)];
}

function holds(does: boolean): string {
	return does ? 'yes' : 'no';
}
