import { expect, test } from 'vitest';
import { firstDifference, nodeFits } from '../../src/setup/requirements.js';

test.each([
	['>=20.19', '20.19.0', true],
	['>=20.19', '20.18.3', false],
	['>=20.19', '18.20.4', false],
	['>=20.19', '22.1.0', true],
	['^20.19 || >=22.12', '20.20.2', true],
	['^20.19 || >=22.12', '21.7.0', false],
	['^20.19 || >=22.12', '22.11.0', false],
	['^20.19 || >=22.12', '22.12.0', true],
	['^20.19 || >=22.12', '26.0.0', true]
])('nodeFits of %s and Node %s is %s', (range, version, fits) => {
	expect(nodeFits(range, version)).toBe(fits);
});

const locked = {
	'': { version: '0.1.0' },
	'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
	'node_modules/b': { version: '1.0.0', integrity: 'sha512-b', optional: true }
};

test('firstDifference finds none in an installation that has all, or all but optional packages', () => {
	expect(firstDifference(locked, locked)).toBeUndefined();
	expect(firstDifference(locked, { 'node_modules/a': locked['node_modules/a'] })).toBeUndefined();
});

test.each([
	['is missing', 'node_modules/a', undefined],
	['has another version', 'node_modules/a', { version: '1.0.1', integrity: 'sha512-a' }],
	['has other contents', 'node_modules/a', { version: '1.0.0', integrity: 'sha512-x' }],
	['is optional and has another version', 'node_modules/b', { version: '2.0.0', integrity: 'sha512-b' }],
	['is not in the lock', 'node_modules/c', { version: '1.0.0' }]
])('firstDifference names a package that %s', (_how, path, entry) => {
	const installed: Record<string, { version?: string; integrity?: string }> = { ...locked };
	if (entry === undefined) Reflect.deleteProperty(installed, path);
	else installed[path] = entry;
	expect(firstDifference(locked, installed)).toBe(path);
});
