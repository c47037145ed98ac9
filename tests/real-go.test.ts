import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { assembled, goIn, goLessons } from './real/go.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('the Go of a text is what stands in its fenced blocks of Go, in order', () => {
	const text = 'Words.\n\n```go\na := 1\n```\n\n```nginx\nserver a;\n```\n\n```go\n\tb := 2\n```\n';
	expect(goIn(text)).toEqual(['a := 1\n', '\tb := 2\n']);
	expect(goIn('none')).toEqual([]);
});

test('the pieces go where the markers are, and there must be one for each', () => {
	const around = 'package lesson\n\nfunc f() {\n\t// LESSON\n}\n';
	expect(assembled({ number: '03', pieces: ['a()\n'] }, around)).toBe(
		'package lesson\n\nfunc f() {\n\ta()\n\n}\n'
	);
	expect(() => assembled({ number: '03', pieces: ['a()\n', 'b()\n'] }, around)).toThrow(
		'tests/real/go/03.go has 1 lines "// LESSON" for 2 pieces of Go: write one for each.'
	);
});

test('what stands around the Go of a lesson has a place for each of its pieces', () => {
	const files = goLessons(root).filter(({ number }) => existsSync(`${root}/tests/real/go/${number}.go`));
	expect(files.map(({ number }) => number)).toEqual(expect.arrayContaining(['01', '03']));
	for (const lesson of files) {
		const around = readFileSync(`${root}/tests/real/go/${lesson.number}.go`, 'utf8');
		expect(assembled(lesson, around)).toContain(lesson.pieces[0]);
	}
});
