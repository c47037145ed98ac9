import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { strategyNames } from '#balancer/strategies/index.ts';
import { golangia, program, running } from './golangia.ts';

async function textAt(url: string): Promise<string> {
	const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
	return response.text();
}

async function temporary(parent: string): Promise<string> {
	const folder = await mkdtemp(join(parent, 'golangia-'));
	onTestFinished(() => rm(folder, { recursive: true }));
	return folder;
}

const checkFlags = ['every', 'fall', 'path', 'rise', 'tcp', 'timeout'].map((flag) => `--check-${flag}`);

test('golangia --version prints the version of the package', async () => {
	const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
	expect(await golangia('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.each(['start', 'proxy', 'backends', 'replay'])('golangia %s --help gives examples', async (command) => {
	const { code, stdout } = await golangia(command, '--help');
	expect(code).toBe(0);
	expect(stdout).toContain(`Examples:\n  golangia ${command}`);
});

test('whoever has read enough of the help may leave, and no error is printed', async () => {
	const child = spawn(process.execPath, [await program(), 'proxy', '--help'], { stdio: 'pipe' });
	child.stdout.destroy();
	let said = '';
	child.stderr.on('data', (data: Buffer) => (said += data.toString()));
	const [code] = (await once(child, 'close')) as [number];
	expect(said).toBe('');
	expect(code).toBe(0);
});

test.each([
	['golangia pro', ['proxy']],
	['golangia proxy --strat', ['--strategy']],
	['golangia proxy --strategy two', ['two-choices']],
	['golangia proxy --strategy two-choices --check-', checkFlags],
	['golangia proxy --tls-cert tests/fixtures/se', ['tests/fixtures/session.jsonl']],
	['golangia proxy --timeout 1', []],
	['golangia lesson c', ['check']],
	['golangia completion --h', ['--help']]
])('bash completes "%s"', async (line, wanted) => {
	const { stdout, code } = await golangia('completion', 'bash');
	expect(code).toBe(0);
	const words = line.split(' ');
	const script = `${stdout}
COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${String(words.length - 1)}; _golangia; printf '%s\\n' "\${COMPREPLY[@]}"`;
	const completed = execFileSync('bash', ['-uc', script], { encoding: 'utf8' }).trim().split('\n');
	expect(completed.filter((word) => word !== '').sort()).toEqual(wanted);
});

test.each(['zsh', 'fish'])('golangia completion %s knows every command and every flag', async (shell) => {
	const { stdout } = await golangia('completion', shell);
	const { stdout: help } = await golangia('proxy', '--help');
	const flags = [...help.matchAll(/^ {2}--([\w-]+)/gm)].map(([, flag = '']) => flag);
	expect(flags.length).toBeGreaterThan(40);
	for (const word of ['proxy', 'backends', 'load', 'completion', ...flags]) expect(stdout).toContain(word);
});

test('golangia completion of another shell says which there are', async () => {
	expect(await golangia('completion', 'tcsh')).toEqual({
		code: 2,
		stdout: '',
		stderr: 'The shell is "tcsh": use bash, zsh, fish.\n'
	});
});

test('golangia strategies lists the whole shelf', async () => {
	const { stdout } = await golangia('strategies');
	for (const name of strategyNames) expect(stdout).toMatch(new RegExp(`^${name}$`, 'm'));
	expect(stdout).toContain('--knob choices=2');
});

test('backends and proxy balance real requests, record them, and the recording replays the same', async () => {
	const folder = await temporary(tmpdir());
	const file = join(folder, 'session.jsonl');
	const backends = await running(['backends', '--port', '0', '--count', '3', '--latency', '5ms']);
	await backends.says(/Ctrl-C/);
	const urls = [...backends.stdout().matchAll(/http:\/\/\S+/g)].map(
		([url], i) => `${url},id=${'ABC'[i] ?? ''},weight=${String(i + 1)}`
	);
	expect(urls).toHaveLength(3);
	const proxy = await running([
		'proxy',
		'--port',
		'0',
		'--strategy',
		'smooth-weighted-round-robin',
		'--record',
		file,
		...urls.flatMap((url) => ['--backend', url])
	]);
	const [, url = ''] = await proxy.says(/^(http:\S+) balances over A, B, C by smooth-weighted-round-robin/m);
	const names: string[] = [];
	for (let i = 0; i < 12; i++) names.push(/Hello from (\w)/.exec(await textAt(url))?.[1] ?? '');
	expect(names.join('')).toBe('CBACBCCBACBC');
	proxy.stop('SIGINT');
	expect((await proxy.ended).code).toBe(0);
	backends.stop('SIGTERM');
	expect((await backends.ended).code).toBe(0);

	expect(await golangia('replay', file)).toEqual({ code: 0, stdout: `${file}: same 12/12\n`, stderr: '' });

	const text = await readFile(file, 'utf8');
	const forged = join(folder, 'forged.jsonl');
	await writeFile(forged, text.replace(/("kind":"pick".*"backend":)"B"/, '$1"A"'));
	const { code, stdout } = await golangia('replay', file, forged);
	expect(code).toBe(1);
	expect(stdout).toMatch(
		/forged\.jsonl: differs after 1\/12: .*forged\.jsonl:\d+: request 2 attempt 0 went to A in the recording, and went to B in the replay\n$/
	);

	const cut = join(folder, 'cut.jsonl');
	await writeFile(cut, text.slice(0, -20));
	expect((await golangia('replay', cut)).stdout).toMatch(
		/same 12\/12 \(the last line is cut off and was left out\)/
	);
});

test('replay knows recorded picks of other programs by their content', async () => {
	const { code, stdout } = await golangia('replay', 'tests/fixtures/golden/nginx-rr-w5-1-1.json');
	expect(stdout).toMatch(/^tests\/fixtures\/golden\/nginx-rr-w5-1-1\.json: same (\d+)\/\1\n$/);
	expect(code).toBe(0);
});

test('a second Ctrl-C ends a proxy at once, even with a request in flight', async () => {
	const slow = createServer(() => undefined);
	await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		slow.close();
		slow.closeAllConnections();
	});
	const address = slow.address();
	const port = typeof address === 'object' ? String(address?.port) : '';
	const proxy = await running(['proxy', '--port', '0', '--backend', `http://127.0.0.1:${port}`]);
	const [, url = ''] = await proxy.says(/^(http:\S+) balances/m);
	const request = textAt(url).catch(() => 'cut');
	await new Promise((resolve) => slow.once('request', resolve));
	proxy.stop('SIGINT');
	await new Promise((resolve) => setTimeout(resolve, 200));
	proxy.stop('SIGINT');
	expect((await proxy.ended).code).toBe(130);
	expect(await request).toBe('cut');
});

test('start serves site, backends and proxy, avoids taken ports, says what to try, and ends on Ctrl-C', async () => {
	const built = await program();
	// A package of its own inside dist/, so that its dependencies are found and the real site is not needed.
	const folder = await temporary(dirname(built));
	await mkdir(join(folder, 'build/play'), { recursive: true });
	await writeFile(join(folder, 'package.json'), '{"type":"module"}');
	await copyProgram(built, folder);
	for (const [name, text] of [
		['index.html', 'home'],
		['play/index.html', 'play'],
		['404.html', 'no such page'],
		['mockServiceWorker.js', '// worker']
	] as const) {
		await writeFile(join(folder, 'build', name), text);
	}
	const taken = createServer((_, res) => res.end('somebody else'));
	await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void taken.close());
	const address = taken.address();
	const wanted = typeof address === 'object' ? String(address?.port) : '';

	const start = await running(
		['start', '--site-port', '0', '--proxy-port', wanted, '--backend-port', '0'],
		join(folder, 'dist/golangia.js')
	);
	await start.says(/Ctrl-C ends it all/);
	const [, port = ''] = await start.says(
		new RegExp(`^Port ${wanted} is taken, so the proxy is on (\\d+)\\.$`, 'm')
	);
	const [, backendB = ''] = await start.says(/backend B (http:\S+)/);
	const [, site = ''] = await start.says(/site +(http:\S+)/);
	expect(start.stdout()).toContain(`curl localhost:${port}\n`);
	expect(await textAt(`http://localhost:${port}/`)).toMatch(/^Hello from A/);
	expect(await textAt(`http://127.0.0.1:${port}/`)).toMatch(/^Hello from B/);
	expect(await textAt(`${backendB}/healthz`)).toBe('ok\n');

	expect(await textAt(`${site}/`)).toBe('home');
	expect(await textAt(`${site}/play/`)).toBe('play');
	const moved = await fetch(`${site}/play?x=1`, { redirect: 'manual' });
	expect([moved.status, moved.headers.get('location')]).toEqual([308, '/play/?x=1']);
	const missing = await fetch(`${site}/nothing`);
	expect([missing.status, await missing.text()]).toEqual([404, 'no such page']);
	const worker = await fetch(`${site}/mockServiceWorker.js`);
	expect(worker.headers.get('cache-control')).toBe('no-store');
	expect(worker.headers.get('content-type')).toMatch(/javascript/);
	await worker.text();

	start.stop('SIGINT');
	expect((await start.ended).code).toBe(0);
	await expect(textAt(`http://localhost:${port}/`)).rejects.toThrow();
});

test('start without a built site says what to do', async () => {
	const built = await program();
	const folder = await temporary(dirname(built));
	await writeFile(join(folder, 'package.json'), '{"type":"module"}');
	await copyProgram(built, folder);
	const start = await running(['start'], join(folder, 'dist/golangia.js'));
	expect(await start.ended).toEqual({
		code: 2,
		stdout: '',
		stderr: 'The site is not built yet: run npm start, or npm run build first.\n'
	});
});

/** The bundle and the parts that it loads when they are needed. */
async function copyProgram(built: string, folder: string): Promise<void> {
	await cp(built, join(folder, 'dist/golangia.js'));
	await cp(built.replace(/\.js$/, ''), join(folder, 'dist/golangia'), { recursive: true });
}
