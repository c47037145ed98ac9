import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serveSite } from '../../src/cli/site.ts';

test('every kind of file has its type, recordings too', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'golangia-'));
	const names = [
		'index.html',
		'code.js',
		'look.css',
		'drawing.svg',
		'letters.woff2',
		'session.jsonl',
		'a.json'
	];
	for (const name of names) await writeFile(join(folder, name), 'x');
	const site = await serveSite(folder, 0);
	onTestFinished(async () => {
		await site.close();
		await rm(folder, { recursive: true });
	});
	const types = names.map(async (name) => {
		const answer = await fetch(`http://localhost:${String(site.port)}/${name}`);
		return answer.headers.get('content-type');
	});
	expect(await Promise.all(types)).toEqual([
		'text/html;charset=utf-8',
		'text/javascript',
		'text/css',
		'image/svg+xml',
		'font/woff2',
		'application/jsonl; charset=utf-8',
		'application/json'
	]);
});
