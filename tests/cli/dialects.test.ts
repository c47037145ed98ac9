import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { registerExport } from '#cli/export.ts';
import { registerImport } from '#cli/import.ts';
import { registerLint } from '#cli/lint.ts';
import { examples } from '#dialects/examples.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario } from '#simulator/scenario.ts';

const first = examples.find(({ dialect }) => dialect === 'haproxy')?.text ?? '';

afterEach(() => {
	process.exitCode = undefined;
});

async function saved(name: string, text: string): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'golangia-'));
	onTestFinished(() => rm(folder, { recursive: true }));
	await writeFile(join(folder, name), text);
	return join(folder, name);
}

/** What a command prints, without a process of its own. Rejects as the command does. */
async function said(...args: string[]): Promise<{ readonly out: string; readonly error: string }> {
	const printed = { out: '', error: '' };
	const spies = [
		vi.spyOn(console, 'log').mockImplementation((text) => (printed.out += `${String(text)}\n`)),
		vi.spyOn(console, 'error').mockImplementation((text) => (printed.error += `${String(text)}\n`)),
		vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
			printed.out += String(text);
			return true;
		})
	];
	const program = new Command().exitOverride();
	for (const register of [registerExport, registerImport, registerLint]) register(program);
	try {
		await program.parseAsync(args, { from: 'user' });
	} finally {
		for (const spy of spies) spy.mockRestore();
	}
	return printed;
}

test('export prints a configuration, and says on the side what it does not say', async () => {
	const preset = presets.find(({ id }) => id === 'quartermaster');
	const file = await saved('line.json', JSON.stringify(preset?.scenario));
	const { out, error } = await said('export', file, '--to', 'nginx');
	expect(out).toContain('max_conns=2');
	expect(error).toContain('NGINX: NGINX OSS has no queue');
	await expect(said('export', file, '--to', 'apache')).rejects.toThrow('--to is "apache": use haproxy');
});

test('export --out writes all files, and none of them over another', async () => {
	const file = await saved('haproxy.cfg', first);
	const out = join(file, '..', 'gate');
	await said('export', file, '--to', 'go', '--out', out);
	expect(await readFile(join(out, 'main.go'), 'utf8')).toContain(
		'{name: "castle1", address: "localhost:8000"'
	);
	expect(await readFile(join(out, 'go.mod'), 'utf8')).toContain('gorilla/mux');
	await expect(said('export', file, '--to', 'go', '--out', out)).rejects.toThrow('is there already');
	await said('export', file, '--to', 'go', '--out', out, '--force');
});

test('import prints a scenario that runs, or the command of a proxy', async () => {
	const file = await saved('haproxy.cfg', first);
	const { out, error } = await said('import', file);
	expect(readScenario(JSON.parse(out)).servers.map(({ address }) => address)).toEqual([
		'localhost:8000',
		'localhost:8001'
	]);
	expect(error).toContain('haproxy.cfg:3: maxconn 256: It is for the whole process');
	expect(error).toContain('golangia lint has something to say about 6 of its lines.');
	const proxy = await said('import', file, '--as', 'proxy');
	expect(proxy.out).toContain('--backend http://localhost:8000,id=castle1');
	expect(proxy.out).toContain('--retries 3 \\\n  --redispatch never');
});

test('import asks whose a file is when its name does not say so', async () => {
	const file = await saved('config', first);
	await expect(said('import', file)).rejects.toThrow('add --from haproxy|nginx|caddy|go');
	expect((await said('import', file, '--from', 'haproxy')).out).toContain('castle2');
});

test('import takes a file that begins with the mark of its encoding', async () => {
	const file = await saved('haproxy.cfg', `\ufeff${first}`);
	const { out, error } = await said('import', file);
	expect(readScenario(JSON.parse(out)).servers).toHaveLength(2);
	expect(error).not.toContain('stands in no section');
});

test('import reads no more of an endless file than a configuration has, and tells what it was', async () => {
	const file = await saved('haproxy.cfg', `${first}${'# and so on\n'.repeat(900_000)}`);
	await expect(said('import', file)).rejects.toThrow(
		/haproxy.cfg:\d+: goes on beyond a million characters.* 2 servers, HAProxy round robin/
	);
	const strange = await saved('mine.conf', 'upstream a {\n\tserver 10.0.0.1:80;\n\0');
	await expect(said('import', strange)).rejects.toThrow(
		/mine.conf:3: is not UTF-8 text.* 1 server, Weighted round robin; 2 of 2 lines raised no question\.$/
	);
	await expect(said('lint', strange)).rejects.toThrow(/mine.conf:3: is not UTF-8 text/);
	const broken = await saved('haproxy.cfg', `${first}\0`);
	await expect(said('import', broken)).rejects.toThrow(
		'haproxy.cfg:19: is not UTF-8 text: save it as UTF-8 and try again. Before that there is: 2 servers'
	);
});

test('export refuses a scenario that is far too large in one sentence, and a folder in another', async () => {
	const file = await saved('endless.json', '');
	await truncate(file, 30_000_000_000);
	await expect(said('export', file, '--to', 'go')).rejects.toThrow(
		'endless.json: has 30,000 MB, and at most 20 MB are read'
	);
	await expect(said('export', join(file, '..'), '--to', 'go')).rejects.toThrow('cannot be read (EISDIR)');
	const marked = await saved('marked.json', `\ufeff${JSON.stringify(presets[0]?.scenario)}`);
	expect((await said('export', marked, '--to', 'haproxy')).out).toContain('backend servers');
});

test('lint prints each finding with its diff, and what the stage shows', async () => {
	const file = await saved('haproxy.cfg', first);
	const { out } = await said('lint', file, '--stage');
	expect(process.exitCode).toBe(1);
	expect(out).toContain('Retries go to the same server');
	expect(out).toContain('    +    option redispatch 1');
	expect(out).toMatch(/before: [1-9]\d* of \d+ requests fail, p99 never\n {2}On the stage, after: {2}0 of/);
});
