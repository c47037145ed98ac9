import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprint, unlessStamped } from '../../src/setup/stamp.js';

let folder = '';
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'golangia-stamp-'));
	mkdirSync(join(folder, 'src/deep'), { recursive: true });
	writeFileSync(join(folder, 'src/deep/a.ts'), 'one');
	writeFileSync(join(folder, 'package.json'), '{}');
});
afterEach(() => {
	rmSync(folder, { recursive: true });
});

const print = () => fingerprint(folder, ['src', 'package.json', 'missing']);
const stamp = () => join(folder, '.stamp');

test('fingerprint stays the same when a file is written again with the same contents', () => {
	const before = print();
	writeFileSync(join(folder, 'src/deep/a.ts'), 'one');
	expect(print()).toBe(before);
});

test.each<[string, () => void]>([
	[
		'is edited',
		() => {
			writeFileSync(join(folder, 'src/deep/a.ts'), 'two');
		}
	],
	[
		'is renamed',
		() => {
			renameSync(join(folder, 'src/deep/a.ts'), join(folder, 'src/deep/b.ts'));
		}
	],
	[
		'is removed',
		() => {
			rmSync(join(folder, 'src/deep/a.ts'));
		}
	],
	[
		'appears',
		() => {
			writeFileSync(join(folder, 'missing'), '');
		}
	]
])('fingerprint changes when a file %s', (_what, change) => {
	const before = print();
	change();
	expect(print()).not.toBe(before);
});

test('unlessStamped builds once for the same inputs, again for others, and always when told to', async () => {
	const built: boolean[] = [];
	for (const [wanted, always] of [
		['x', false],
		['x', false],
		['y', false],
		['y', true]
	] as const) {
		built.push(await unlessStamped(stamp(), wanted, { always }, () => Promise.resolve()));
	}
	expect(built).toEqual([true, false, true, true]);
});

test('unlessStamped builds again after a build that failed', async () => {
	await unlessStamped(stamp(), 'x', {}, () => Promise.resolve());
	const failing = unlessStamped(stamp(), 'y', {}, () => Promise.reject(new Error('no')));
	await expect(failing).rejects.toThrow('no');
	expect(await unlessStamped(stamp(), 'x', {}, () => Promise.resolve())).toBe(true);
});
