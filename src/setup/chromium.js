import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { runPackage } from './program.js';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const places = [
	'/snap/bin/chromium',
	'/opt/google/chrome/chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	...[process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].map((folder) =>
		join(folder ?? '', 'Google/Chrome/Application/chrome.exe')
	)
];

/**
 * A Chromium or Chrome that is on this machine: the one CHROMIUM names, else one in the usual places, else the one
 * Playwright has downloaded; undefined when there is none.
 * @returns {string | undefined}
 * @throws {Error} when CHROMIUM is set and is no browser
 */
export function findChromium() {
	const chosen = process.env.CHROMIUM;
	if (chosen !== undefined && chosen !== '') {
		if (starts(chosen)) return chosen;
		throw new Error(`CHROMIUM is "${chosen}", which does not start: name a Chromium or Chrome, or unset it.`);
	}
	const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
	const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
	return [...candidates, ...places, playwrightsOwn()].find(starts);
}

/**
 * Find Chromium or install it: Debian's package where that is possible, else Playwright's download.
 * @returns {Promise<string>}
 * @throws {Error} that says what to do, when none can be had
 */
export async function provideChromium() {
	const found = findChromium();
	if (found !== undefined) return found;
	if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
		console.log('Installing Chromium by apt-get (about half a minute, once) …');
		const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
		const options = /** @type {const} */ ({ env, encoding: 'utf8' });
		// Another apt-get may be at work, as it often is on a machine that has just started.
		const patient = ['-q', '-o', 'DPkg::Lock::Timeout=120'];
		spawnSync('apt-get', [...patient, 'update'], options);
		const { status, stdout, stderr } = spawnSync(
			'apt-get',
			[...patient, 'install', '-y', 'chromium'],
			options
		);
		if (status !== 0) console.error(stdout + stderr);
	}
	const packaged = findChromium();
	if (packaged !== undefined) return packaged;
	console.log('Downloading Chromium by Playwright (about a minute, once) …');
	const { code, output } = await runPackage('@playwright/test', ['install', 'chromium'], {
		command: 'playwright',
		limitMs: 300_000
	});
	if (code !== 0) console.error(output);
	const downloaded = findChromium();
	if (downloaded !== undefined) return downloaded;
	throw new Error(
		'The end-to-end tests need Chromium or Chrome, and none could be found, installed or downloaded. Install one ' +
			'("sudo apt-get install chromium", "sudo npx playwright install --with-deps chromium", or from ' +
			'google.com/chrome), or name one you have: CHROMIUM=/path/to/chrome npm test.'
	);
}

/** Whether it is there and runs; the stub that some systems install in its place only says where to get it. */
function starts(/** @type {string | undefined} */ path) {
	if (path === undefined || !existsSync(path)) return false;
	// Asked for its version, Chrome opens a window on Windows.
	if (process.platform === 'win32') return true;
	const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000 });
	return status === 0 && /chrom/i.test(stdout);
}

/** Where Playwright keeps its own, downloaded or not. */
function playwrightsOwn() {
	/** @type {import('@playwright/test')} */
	const { chromium } = createRequire(import.meta.url)('@playwright/test');
	return chromium.executablePath();
}
