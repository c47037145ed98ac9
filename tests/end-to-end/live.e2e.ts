import { spawn } from 'node:child_process';
import type { Page } from '@playwright/test';
import { expect, test } from './page.ts';

/** A proxy, two demo servers and the site, in a process of their own; gone when the test is. */
async function started(sitePort = '0'): Promise<{ link: string; proxy: string; end: () => void }> {
	const ports = ['--site-port', sitePort, '--proxy-port', '0', '--backend-port', '0'];
	const child = spawn(process.execPath, ['dist/golangia.js', 'start', ...ports]);
	let text = '';
	const link = await new Promise<string>((resolve, reject) => {
		child.stdout.on('data', (chunk: Buffer) => {
			text += chunk.toString();
			const found = /live +(http\S+)[^]*Ctrl-C/.exec(text)?.[1];
			if (found !== undefined) resolve(found);
		});
		child.on('exit', () => {
			reject(new Error(`It ended: ${text}`));
		});
	});
	return {
		link,
		proxy: /proxy +(http\S+)/.exec(text)?.[1] ?? '',
		end: () => {
			child.kill('SIGKILL');
		}
	};
}

function row(page: Page, server: string) {
	return page.getByRole('row', { name: new RegExp(`^${server} `) });
}

test('the live page draws real traffic, kills and revives a server, changes the strategy, records and replays', async ({
	page
}) => {
	const { link, proxy, end } = await started();
	try {
		await page.goto(link);
		await expect(page.getByRole('status').first()).toContainText('Connected to the proxy');
		// The token is for this tab, not for whoever looks at the address.
		expect(new URL(page.url()).hash).toBe('');

		await page.getByRole('button', { name: 'Send ten' }).click();
		// Two before were asked by the start itself, to see that all is well.
		await expect(row(page, 'A').getByRole('cell').nth(2)).toHaveText('6');
		for (let i = 0; i < 4; i++) await (await fetch(proxy)).text();
		await expect(page.getByText('of 16', { exact: false }).first()).toBeVisible();

		await page.getByRole('button', { name: /^Server A/ }).click();
		await expect(page.getByText('Live: real requests through the proxy').first()).toBeAttached();
		await expect(page.getByRole('region', { name: /^Server A/ })).toContainText('Why A?');

		await page.getByRole('button', { name: /^Kill\s+A$/ }).click();
		await expect(row(page, 'A')).toContainText('dead');
		for (let i = 0; i < 4; i++) expect(await (await fetch(proxy)).text()).toMatch(/^Hello from B/);
		await page.getByRole('button', { name: /^Revive\s+A$/ }).click();
		await expect(row(page, 'A')).toContainText('ready');

		await page.getByRole('combobox', { name: 'Strategy' }).selectOption('two-choices');
		await expect(page.getByRole('slider', { name: 'Choices' })).toBeVisible();
		await page.getByRole('button', { name: /^Drain\s+B$/ }).click();
		await expect(row(page, 'B')).toContainText('drains');
		await page.getByRole('button', { name: /^Take back\s+B$/ }).click();

		await page.getByRole('button', { name: 'Record' }).click();
		await expect(page.getByRole('button', { name: 'Stop recording' })).toBeVisible();
		await Promise.all(Array.from({ length: 20 }, async () => (await fetch(proxy)).text()));
		await page.getByRole('button', { name: 'Stop recording' }).click();
		await expect(page.getByText('20 of 20 decisions are the same')).toBeVisible();
		const playground = await page
			.getByRole('link', { name: /requests to the playground$/ })
			.getAttribute('href');

		await page.getByRole('button', { name: 'Replay beside another strategy' }).click();
		await expect(page.getByRole('heading', { name: 'Replay' })).toBeVisible();
		await expect(
			page.getByText('Decided again in this page: 20 of 20 decisions are the same.')
		).toBeVisible();
		await expect(page.getByRole('combobox', { name: 'Beside it' })).toHaveValue('round-robin');
		await expect(page.getByText('By Round robin, simulated')).toBeVisible();
		await page.getByRole('button', { name: 'Run to the end' }).click();
		const table = page.getByRole('table', { name: /^The recording, and the same traffic/ });
		await expect(table.getByRole('row', { name: /^Answered/ })).toHaveText(/20\s*20$/);
		for (const server of ['A', 'B'])
			await expect(
				table
					.getByRole('row', { name: `To ${server}` })
					.getByRole('cell')
					.nth(1)
			).toHaveText('10');
		await expect(
			page.getByText(/^\d+ of 20 requests went to the same server in both lanes\.$/)
		).toBeVisible();

		await page.goto(playground ?? '');
		await expect(page.getByRole('heading', { name: 'Playground' })).toBeVisible();
		await expect(page.getByRole('alert')).toHaveCount(0);
	} finally {
		end();
	}
});

test('without the token the live page watches, and says how more is had', async ({ page }) => {
	const { link, end } = await started();
	try {
		await page.goto(link.replace(/#.*/, ''));
		await expect(page.getByText('You are watching.')).toBeVisible();
		await expect(page.getByRole('button', { name: /^Kill/ })).toHaveCount(0);
		await expect(page.getByRole('button', { name: 'Record' })).toBeDisabled();
	} finally {
		end();
	}
});

test('a proxy that ends is said to be gone, and the one that takes its place is found', async ({
	page,
	complaints
}) => {
	complaints.expect(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|Failed to load/);
	const first = await started();
	await page.goto(first.link);
	const status = page.getByRole('status').first();
	await expect(status).toContainText('Connected');
	await page.getByRole('button', { name: 'Send ten' }).click();
	await expect(row(page, 'A').getByRole('cell').nth(2)).toHaveText('6');
	first.end();
	await expect(status).toContainText('The proxy has gone');
	const next = await started(new URL(first.link).port);
	try {
		await expect(status).toContainText(`Connected to the proxy on port ${new URL(next.proxy).port}`);
		await expect(row(page, 'A').getByRole('cell').nth(2)).toHaveText('1');
		// The token was the other one's.
		await page.getByRole('button', { name: /^Kill\s+A$/ }).click();
		await expect(page.getByRole('alert')).toContainText('open the page by the whole link');
	} finally {
		next.end();
	}
});
