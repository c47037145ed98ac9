import { expect, test } from 'vitest';
import { fault, readESLint, readPlaywright, readSvelteCheck, readVitest, totals } from '../verdict.js';

const green = { count: 3, noun: 'tests', failed: 0, skipped: 0, code: 0, output: '' };
const silent = { code: 0, output: '' };

test.each([
	['is green', {}, undefined],
	['is red when a test failed', { failed: 1, code: 1 }, '1 failed of 3 tests'],
	['is red when its program failed though every test passed', { code: 2 }, 'ended with code 2'],
	['is red when it ran nothing', { count: 0 }, 'ran no tests'],
	['is red when it skipped everything', { skipped: 3 }, 'ran no tests']
])('a stage %s', (_what, change, expected) => {
	expect(fault({ ...green, ...change })).toBe(expected);
});

test('the totals of a green run count what ran and say what was skipped', () => {
	const results = [
		{ ...green, name: 'types', noun: 'files', count: 80, seconds: 5 },
		{ ...green, name: 'unit', count: 381, skipped: 1, seconds: 20 },
		{ ...green, name: 'build', noun: 'builds', seconds: 5 },
		{ ...green, name: 'end to end', count: 32, seconds: 60 }
	];
	expect(totals(results, 192)).toBe(
		'all green: 412 checks, 1 skipped (types 0 errors, 380 unit, 32 end to end) in 3 min 12 s'
	);
});

test('the totals of a red run say what failed', () => {
	const results = [
		{ ...green, name: 'unit', failed: 2, code: 1, seconds: 20 },
		{ ...green, name: 'end to end', count: 0, seconds: 60 }
	];
	expect(totals(results, 59.7)).toBe(
		'red: unit: 2 failed of 3 tests; end to end: ran no tests (in 1 min 0 s)'
	);
});

test('svelte-check is read from its last line, and a run that died without one is red', () => {
	const output =
		'1795340159626 ERROR "src/a.ts" 1:2 "no"\n1795340159626 COMPLETED 683 FILES 1 ERRORS 2 WARNINGS 1 FILES_WITH_PROBLEMS\n';
	const found = readSvelteCheck({ code: 1, output });
	expect(found).toMatchObject({ count: 683, failed: 3, noun: 'files' });
	expect(found.output).toContain('ERROR "src/a.ts" 1:2 "no"');
	expect(fault(readSvelteCheck(silent))).toBe('ran no files');
});

test('lint counts the messages of ESLint and the files Prettier would change', () => {
	const report = [
		{ filePath: '/x/src/a.ts', messages: [{ line: 1, column: 2, ruleId: 'no-eval', message: 'No.' }] }
	];
	const prettier = {
		code: 1,
		output: 'Checking formatting...\n[warn] src/b.ts\n[warn] Code style issues found in the above file.\n'
	};
	const found = readESLint({ code: 1, output: '' }, report, prettier, (file) => file.replace('/x/', ''));
	expect(found).toMatchObject({ count: 1, failed: 2 });
	expect(found.output).toContain('src/a.ts:1:2 No. (no-eval)');
	expect(fault(readESLint(silent, undefined, silent, String))).toBe('ran no files');
});

test('a test program that wrote no report is red, whatever its exit code', () => {
	expect(fault(readVitest(silent, undefined))).toBeDefined();
	expect(fault(readPlaywright(silent, undefined))).toBeDefined();
});

test('a flaky end-to-end test counts as failed', () => {
	const found = readPlaywright(silent, { stats: { expected: 3, unexpected: 0, flaky: 1, skipped: 0 } });
	expect(fault(found)).toBe('1 failed of 4 tests');
});
