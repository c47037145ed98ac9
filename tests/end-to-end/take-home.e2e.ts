import { readFile } from 'node:fs/promises';
import { noObjections } from './axe.ts';
import { expect, test } from './page.ts';

test('the cluster is written for a real program, changes as it changes, and is downloaded', async ({
	page
}) => {
	await page.goto('/play/');
	await page.getByText('Write it for HAProxy').click();
	const text = page.getByRole('region', { name: 'haproxy.cfg for HAProxy' });
	await expect(text).toContainText('server D 127.0.0.1:8004 weight 1');
	await page.getByRole('button', { name: 'Next decision' }).click();
	await page.getByRole('button', { name: 'Add a server' }).click();
	await expect(text).toContainText('server E 127.0.0.1:8005 weight 1');

	await page.getByRole('button', { name: 'Show server B' }).click();
	await expect(page.getByRole('button', { name: 'Show server B' })).toHaveAttribute('aria-pressed', 'true');

	// What the lines are about is told of on the stage while somebody is at them, by keyboard too.
	const gate = page.getByRole('button', { name: 'Show gate' }).first();
	await gate.focus();
	await expect(page.getByText('The gate: Round robin')).toBeVisible();
	await gate.press('Enter');
	await expect(gate).toHaveAttribute('aria-pressed', 'true');
	await page.getByRole('button', { name: /^Server C/ }).press('Enter');
	await expect(page.getByRole('button', { name: 'Show server C' })).toHaveAttribute('aria-pressed', 'true');

	await page.getByLabel('For', { exact: true }).selectOption('nginx');
	await expect(page.getByRole('listitem').filter({ hasText: 'Our gate waits for ever' })).toBeVisible();
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('button', { name: 'Download nginx.conf' }).click()
	]);
	expect(download.suggestedFilename()).toBe('nginx.conf');
	expect(await readFile(await download.path(), 'utf8')).toContain('zone servers 64k;');
});

test('a pasted haproxy.cfg is judged, shown on the stage with its trouble, mended and taken up', async ({
	page
}) => {
	// It waits until a server has died on the stage.
	test.slow();
	await page.goto('/play/');
	await page.getByText('Bring in a configuration of your own').click();
	const box = page.getByLabel(/^A haproxy.cfg/);
	await box.fill('backend b\n\tserver a');
	await expect(page.getByText('haproxy.cfg:1: no server was found')).toBeVisible();
	// What stands before the place where a file breaks is told, and may be put on the stage.
	await box.fill('\ufeffbackend b\n\tserver a 10.0.0.1:80\n\tserver b 10.0.0.2:80\n\ufffd');
	await expect(
		page.getByText(
			'haproxy.cfg:4: is not UTF-8 text: save it as UTF-8 and try again. Before that there is: 2'
		)
	).toBeVisible();
	await expect(page.getByText('Read as HAProxy: 2 servers')).toBeVisible();
	await page.getByRole('button', { name: 'A first haproxy.cfg' }).click();
	await expect(page.getByText('Read as HAProxy: 2 servers')).toBeVisible();
	await expect(page.getByText('maxconn 256 It is for the whole process')).toBeVisible();
	// Each finding can be run, or says why not.
	await expect(page.getByRole('button', { name: 'Run it before and after' })).toHaveCount(4);
	await expect(page.getByText('No run on the stage can show this one')).toHaveCount(2);
	await page.getByRole('button', { name: 'Run it before and after' }).first().click();
	const stages = page.getByRole('group', { name: /^Stage/ });
	await expect(stages).toHaveCount(2);
	// The button stands far below: whoever pressed it is taken to where it happens.
	await expect(stages.first()).toBeInViewport({ ratio: 1 });
	await expect(page.getByRole('button', { name: /^Server castle2/ })).toHaveCount(2);
	await expect(page.getByText('On the stage the same clients come twice')).toBeVisible();
	// It runs, and the trouble is in the first lane only.
	const failed = page.getByRole('row', { name: /^Failed/ }).getByRole('cell');
	await expect(failed.nth(0)).not.toHaveText(/^0/, { timeout: 40_000 });
	await expect(failed.nth(1)).toHaveText(/^0/);
	await page.getByRole('button', { name: 'Make the fix' }).first().click();
	await expect(box).toHaveValue(/option redispatch 1/);
	await box.fill((await box.inputValue()).replace('*:8080', '*:9090'));
	await page.getByRole('button', { name: 'Put it on the stage' }).click();
	await expect(page.getByText('This cluster is on the stage.')).toBeVisible();
	await page.getByText('Write it for HAProxy').click();
	await page.getByLabel('For', { exact: true }).selectOption('caddy');
	// The port comes from the file, and is still known after the page is loaded anew.
	await expect(page.getByRole('region', { name: /^Caddyfile/ })).toContainText('http://:9090 {');
	await noObjections(page, { part: '.home' });
	await page.reload();
	await page.getByText('Write it for HAProxy').click();
	await expect(page.getByRole('region', { name: /^haproxy.cfg/ })).toContainText(/bind .*:9090/);
});
