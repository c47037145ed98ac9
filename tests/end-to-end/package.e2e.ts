import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from './page.ts';

/** What a dependency brings along counts, too: the published package has nothing else. */
const dependencies = ['commander', 'sirv', 'yaml', 'zod', '@polka/url', 'mrmime', 'totalist'];

test('what npm pack makes runs elsewhere, site included, with nothing but its dependencies', async ({
	viewport
}) => {
	test.skip(viewport?.width === 390, 'no page is looked at');
	const folder = mkdtempSync(join(tmpdir(), 'golangia-'));
	try {
		const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
		const [{ filename, files }] = JSON.parse(
			execFileSync('npm', pack, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
		) as [{ filename: string; files: { path: string }[] }];
		const outside = files.filter(
			({ path }) => !/^(build\/|dist\/golangia|package\.json$|README\.md$|LICENSE$)/.test(path)
		);
		expect(outside).toEqual([]);
		execFileSync('tar', ['xzf', join(folder, filename), '-C', folder]);
		const modules = join(folder, 'node_modules');
		for (const name of dependencies) {
			mkdirSync(dirname(join(modules, name)), { recursive: true });
			symlinkSync(resolve('node_modules', name), join(modules, name));
		}
		expect(readdirSync(join(folder, 'package')).toSorted()).toEqual(
			['LICENSE', 'README.md', 'build', 'dist', 'package.json'].toSorted()
		);
		const ports = ['--site-port', '0', '--proxy-port', '0', '--backend-port', '0'];
		const child = spawn(process.execPath, [join(folder, 'package/dist/golangia.js'), 'start', ...ports], {
			cwd: folder
		});
		try {
			let text = '';
			await new Promise<void>((done) => {
				child.stdout.on('data', (chunk: Buffer) => {
					text += chunk.toString();
					if (text.includes('Ctrl-C')) done();
				});
			});
			const [, site = ''] = /site +(http\S+)/.exec(text) ?? [];
			for (const path of ['/', '/play/', '/live/', '/api/v1/state'])
				expect((await fetch(`${site}${path}`)).status, path).toBe(200);
			expect(await (await fetch(`${site}/live/`)).text()).toContain('Live – Golangia');
		} finally {
			child.kill('SIGKILL');
		}
	} finally {
		rmSync(folder, { recursive: true });
	}
});
