import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { create, readLessons } from '#cli/lesson.ts';
import { InputError } from '#record/input.ts';
import { checkLesson } from '#teaching/check.ts';
import { compileLesson } from '#teaching/compile/lesson.ts';
import { unwritten } from '#teaching/template.ts';

/** A project's root with no lesson in it. */
function emptyRoot(): string {
	const root = mkdtempSync(join(tmpdir(), 'golangia-lesson-'));
	onTestFinished(() => {
		rmSync(root, { recursive: true });
	});
	mkdirSync(join(root, 'lessons/en'), { recursive: true });
	return root;
}

test('a new lesson compiles and holds at once, and all that is to be written is told by line', async () => {
	const root = emptyRoot();
	const name = create(root, "The Sleeper's Gate");
	expect(name).toBe('lessons/en/01-the-sleeper-s-gate');
	const [folder] = readLessons(root);
	if (folder === undefined) throw new Error('no lesson was written');
	expect(folder.lesson).toMatchObject({ number: 1, title: "The Sleeper's Gate", chapter: 'The Siege' });
	expect(checkLesson(folder.lesson, [1, 2, 3]).holds).toBe(true);
	const compiled = await compileLesson({
		data: { file: `${name}/lesson.yaml`, text: folder.data },
		prose: { file: `${name}/lesson.md`, text: folder.prose },
		picture: { file: `${name}/picture.svg`, text: folder.picture },
		read: (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
	});
	expect(compiled.stops.compare).toHaveLength(1);
	const open = unwritten(folder);
	expect(open.length).toBeGreaterThan(20);
	expect(open[0]).toMatch(/^lesson\.yaml:\d+: write /);
	expect(open.at(-2)).toMatch(/^lesson\.md:\d+: write /);
	expect(open.at(-1)).toMatch(/^picture\.svg:2: write the scene of the story.*bytes\.$/);
});

test('the next lesson takes the next number and the chapter it follows', () => {
	const root = emptyRoot();
	create(root, 'First', '4');
	expect(create(root, 'Second')).toBe('lessons/en/05-second');
});

test.each([
	['Another', '4', '--number is 4: that is First already'],
	['Another', 'x', '--number is "x": use a whole number'],
	['…', '7', 'The title is "…": use one with letters']
])('the new lesson %j with the number %s is refused, and nothing is written', (title, number, reason) => {
	const root = emptyRoot();
	create(root, 'First', '4');
	expect(() => create(root, title, number)).toThrow(InputError);
	expect(() => create(root, title, number)).toThrow(reason);
	expect(readLessons(root)).toHaveLength(1);
});
