import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { bundle } from '../src/setup/bundle.js';
import { provideChromium } from '../src/setup/chromium.js';
import { root, runPackage } from '../src/setup/program.js';
import { buildSite } from '../src/setup/site.js';
import { bad, readESLint, readPlaywright, readSvelteCheck, readVitest } from './verdict.js';

/**
 * One part of `npm test`. `run` never throws for what it finds, only when it cannot look.
 * @typedef {{ name: string, run: () => Promise<import('./verdict.js').Finding> }} Stage
 */

/** Longer than any stage takes on a slow machine; what hangs is stopped, and said to have been. */
const limitMs = 11 * 60_000;
/** All pages, in two widths. */
const walksMs = 13 * 60_000;
const reports = mkdtempSync(join(tmpdir(), 'golangia-test-'));
process.on('exit', () => {
	rmSync(reports, { recursive: true, force: true });
});

/** @type {Stage} */
export const types = {
	name: 'types',
	async run() {
		const sync = await runPackage('@sveltejs/kit', ['sync'], { command: 'svelte-kit' });
		if (sync.code !== 0) return bad('files', sync.output);
		const args = ['--output', 'machine', '--fail-on-warnings'];
		return readSvelteCheck(await runPackage('svelte-check', args, { limitMs }));
	}
};

/** @type {Stage} */
export const lint = {
	name: 'lint',
	async run() {
		const file = join(reports, 'eslint.json');
		const args = ['.', '--max-warnings', '0', '--format', 'json', '--output-file', file];
		const eslint = await runPackage('eslint', args, { limitMs });
		const prettier = await runPackage('prettier', ['--check', '.'], { limitMs });
		/** @type {import('./verdict.js').ESLintReport | undefined} */
		const report = readReport(file);
		return readESLint(eslint, report, prettier, (path) => relative(root, path));
	}
};

/** @type {Stage} */
export const unit = {
	name: 'unit',
	async run() {
		const file = join(reports, 'vitest.json');
		const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
		const ending = await runPackage('vitest', args, { limitMs });
		/** @type {import('./verdict.js').VitestReport | undefined} */
		const report = readReport(file);
		return readVitest(ending, report);
	}
};

/** @type {Stage} */
export const build = {
	name: 'build',
	async run() {
		try {
			// Whether stale or not: the end-to-end tests are to see what is in this folder.
			await buildSite({ always: true });
			await bundle('src/cli/main.ts', 'dist/golangia.js', { always: true });
			return { count: 2, noun: 'builds', failed: 0, skipped: 0, code: 0, output: '' };
		} catch (error) {
			return bad('builds', String(error));
		}
	}
};

/** @type {Stage} */
export const endToEnd = {
	name: 'end to end',
	async run() {
		const file = join(reports, 'playwright.json');
		const args = ['test', '--config', 'tests/end-to-end', '--reporter', 'list,json'];
		const env = { CHROMIUM: await provideChromium(), PLAYWRIGHT_JSON_OUTPUT_FILE: file };
		const ending = await runPackage('@playwright/test', args, {
			command: 'playwright',
			env,
			limitMs: walksMs
		});
		/** @type {import('./verdict.js').PlaywrightReport | undefined} */
		const report = readReport(file);
		return readPlaywright(ending, report);
	}
};

/**
 * A program's report, or undefined when it died before writing one.
 * @param {string} file
 * @returns {any}
 */
function readReport(file) {
	try {
		/** @type {unknown} */
		const report = JSON.parse(readFileSync(file, 'utf8'));
		return report;
	} catch {
		return undefined;
	}
}
