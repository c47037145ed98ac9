import { defineConfig } from '@playwright/test';
import { findChromium } from '../../src/setup/chromium.js';

/** Another one, where this is taken or two checkouts are tested at once. */
const port = Number(process.env['GOLANGIA_TEST_PORT'] ?? 4179);
const executablePath = findChromium();

export default defineConfig({
	testMatch: '**/*.e2e.ts',
	outputDir: '../../test-results',
	forbidOnly: true,
	fullyParallel: true,
	workers: 2,
	retries: 0,
	timeout: 60_000,
	expect: { timeout: 10_000 },
	use: {
		baseURL: `http://localhost:${String(port)}`,
		trace: 'off',
		launchOptions: {
			...(executablePath === undefined ? {} : { executablePath }),
			args: [
				// Chromium does not start as root with its sandbox.
				...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
				...['--disable-gpu', '--disable-quic', '--no-first-run'],
				...['--disable-background-networking', '--disable-component-update', '--disable-sync']
			]
		}
	},
	projects: [
		{ name: 'desktop', use: { viewport: { width: 1440, height: 900 } } },
		// Not isMobile: that widens the page to fit what overflows, and would hide it.
		{ name: 'phone', use: { viewport: { width: 390, height: 844 }, hasTouch: true } }
	],
	webServer: {
		// What npm start runs, on ports of its own; node itself, so that stopping it stops it.
		command: `node dist/golangia.js start --site-port ${String(port)} --proxy-port 0 --backend-port 0`,
		cwd: '../..',
		url: `http://localhost:${String(port)}/`,
		reuseExistingServer: false
	}
});
