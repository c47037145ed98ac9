// npm run test:theory: ten seeds of a million requests for each reference value, an hour and more.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const { status } = spawnSync(
	process.execPath,
	[
		fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url)),
		'run',
		'tests/simulator/theory.test.ts'
	],
	{ stdio: 'inherit', env: { ...process.env, GOLANGIA_LONG: process.argv[2] ?? '1' } }
);
process.exitCode = status ?? 1;
