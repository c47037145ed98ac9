import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { linkOf } from '#simulator/link.ts';
import { readScenario } from '#simulator/scenario.ts';
import { expect, test } from './page.ts';

const run = promisify(execFile);

test('a server is killed, told of on the stage, and restarted', async ({ page }) => {
	await page.goto('/play/');
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await page.getByRole('button', { name: /^Server B/ }).click();
	await page.getByRole('button', { name: 'Kill' }).click();
	await expect(page.getByRole('button', { name: /^Server B.*stopped/ })).toBeVisible();
	const deed = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
	await expect(deed('killed B')).toBeVisible();
	await page.getByRole('button', { name: 'Restart', exact: true }).click();
	await expect(deed('restarted B')).toBeVisible();
	await page.getByRole('button', { name: 'Undo all' }).click();
	await expect(deed(/^killed B\s*, undone$/)).toBeVisible();
	await expect(page.getByRole('button', { name: /^Server B.*stopped/ })).toBeHidden();
});

test('servers are added and removed, the strategy changed and the run stepped, while it lasts', async ({
	page
}) => {
	await page.goto('/play/');
	await page.getByRole('button', { name: 'Next decision' }).click();
	await page.getByRole('button', { name: 'Add a server' }).click();
	await expect(page.getByRole('button', { name: /^Server E/ })).toBeVisible();
	await page.getByLabel('Strategy', { exact: true }).selectOption('two-choices');
	await expect(page.getByRole('button', { name: 'strategy two-choices' })).toBeVisible();
	await page.getByRole('button', { name: /^Server E/ }).click();
	await page.getByRole('button', { name: 'Remove' }).click();
	await expect(page.getByRole('button', { name: 'removed E' })).toBeVisible();
	await expect(page.getByRole('button', { name: /^Server E/ })).toBeHidden();
});

test('a real fetch walks the cluster and comes back with the headers of its way', async ({ page }) => {
	await page.goto('/play/');
	await page.getByRole('button', { name: 'Send it' }).click();
	await expect(page.getByText('x-served-by')).toBeVisible();
	await expect(page.getByText('200 OK')).toBeVisible();

	const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
	const answer = await page.evaluate(async (traceparent) => {
		const response = await fetch('https://golangia.example/from/the/console?a=1', {
			headers: { traceparent }
		});
		return {
			status: response.status,
			by: response.headers.get('x-served-by'),
			latency: response.headers.get('x-simulated-latency'),
			trace: response.headers.get('traceparent'),
			body: (await response.json()) as { path: string; latencyMs: number }
		};
	}, trace);
	expect(answer.status).toBe(200);
	expect(answer.by).toMatch(/^[A-D]$/);
	expect(answer.latency).toBe(`${answer.body.latencyMs.toFixed(1)} ms`);
	expect(answer.trace).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
	expect(answer.body.path).toBe('/from/the/console');
	await expect(page.getByRole('button', { name: 'a request of your own' })).toHaveCount(2);
});

test('without its service worker the playground says so and works on', async ({
	page,
	context,
	complaints
}) => {
	complaints.expect(/bad HTTP response code/);
	await context.route('**/mockServiceWorker.js', (route) => route.fulfill({ status: 404 }));
	await page.goto('/play/');
	await expect(page.getByText(/fetch cannot reach the cluster/)).toBeVisible();
	await page.getByRole('button', { name: 'Next decision' }).click();
	await expect(page.getByRole('button', { name: /^Server A/ })).toBeVisible();
});

test('a run on the page, in its worker and from the command line leave the same log', async ({ page }) => {
	const scenario = readScenario({
		seed: 7,
		strategy: { name: 'two-choices' },
		servers: ['A', 'B', 'C'].map((id) => ({ id, workers: 2, queue: 5 })),
		network: { hopMs: 7 },
		balancer: { retries: 1, health: { fall: 3, ejectMs: 2000 } },
		durationMs: 20_000,
		changes: [
			{ at: 5000, do: 'stop', server: 'B' },
			{ at: 9000, do: 'traffic', perSecond: 80 },
			{ at: 12_000, do: 'restart', server: 'B' }
		]
	});
	const folder = await mkdtemp(join(tmpdir(), 'golangia-'));
	const file = join(folder, 'scenario.json');
	await writeFile(file, JSON.stringify(scenario));
	const { stdout } = await run(process.execPath, ['dist/golangia.js', 'simulate', file, '--json']);
	await rm(folder, { recursive: true });
	const { fingerprint } = JSON.parse(stdout) as { fingerprint: string };

	await page.goto(`/play/#s=${linkOf(scenario)}`);
	// A piece of it in real time, frame by frame; the rest at once.
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await page.waitForTimeout(1000);
	await page.getByRole('button', { name: 'Run to the end' }).click();
	await expect(page.getByText('The run is over: p99')).toContainText(fingerprint);
	await expect(page.getByText('Seed 7: fingerprint')).toContainText(fingerprint);
});

test('a damaged link or a wrong file is refused in one sentence, and the run goes on', async ({ page }) => {
	await page.goto('/play/#s=bm90IGEgc2NlbmFyaW8');
	await expect(page.getByRole('alert')).toContainText('the link: is not JSON');
	await expect(page.getByRole('button', { name: /^Server D/ })).toBeVisible();
	await page.getByLabel('Open file').setInputFiles({
		name: 'wrong.json',
		mimeType: 'application/json',
		buffer: Buffer.from('{"servers":[{"id":"A","workers":"two"}]}')
	});
	await expect(page.getByRole('alert')).toContainText('wrong.json: servers[0].workers is "two"');
});
