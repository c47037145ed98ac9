import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { glossaryIn, lessonLanguages, readTranslation } from '#teaching/compile/languages.ts';
import { compileLesson } from '#teaching/compile/lesson.ts';
import { glossaryFile } from '#teaching/glossary.ts';
import { readLesson, scenariosOf } from '#teaching/lesson.ts';
import type { Json } from '#teaching/patch.ts';
import { withWords, wordsOf, type Translation } from '#teaching/translation.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const slugs = readdirSync(join(root, 'lessons/en')).filter((name) => /^\d\d-/.test(name));
const dataOf = (slug: string): Json => parse(read(`lessons/en/${slug}/lesson.yaml`)) as Json;
const carousel = '03-the-carousel';

/** Each text in the data, changed. */
function mapped(data: Json | undefined, change: (text: string) => string): Json {
	if (typeof data === 'string') return change(data);
	if (Array.isArray(data)) return data.map((entry: Json) => mapped(entry, change));
	if (typeof data !== 'object' || data === null) return data ?? null;
	return Object.fromEntries(Object.entries(data).map(([key, inside]) => [key, mapped(inside, change)]));
}

function translationOf(slug: string, words: string): Translation {
	const file = `lessons/de/${slug}/words.yaml`;
	const prose = { file: `lessons/de/${slug}/lesson.md`, text: read(`lessons/en/${slug}/lesson.md`) };
	return { language: 'de', words: { file, text: words }, prose, names: {}, glossary: [] };
}

test.each(slugs)('%s: every sentence of the data is a word that a translation has', (slug) => {
	const notWords = /(^|\.)(scenario|patch|lit|sources)\b/;
	const sentences = (data: Json | undefined, path: string): string[] => {
		if (typeof data === 'string') return /\s/.test(data.trim()) && !notWords.test(path) ? [data] : [];
		if (typeof data !== 'object' || data === null) return [];
		return Object.entries(data).flatMap(([key, inside]) => sentences(inside as Json, `${path}.${key}`));
	};
	const data = dataOf(slug);
	const { chapter, ...words } = wordsOf(data) as Record<string, Json>;
	expect(chapter).toBeUndefined();
	const shared = (data as Record<string, Json>)['chapter'];
	expect(sentences(words, '').toSorted()).toEqual(
		sentences(data, '')
			.filter((sentence) => sentence !== shared)
			.toSorted()
	);
});

test.each(slugs)('%s in other words has other words and the very same runs', (slug) => {
	const file = `lessons/en/${slug}/lesson.yaml`;
	const words = mapped(wordsOf(dataOf(slug)), (text) => `${text}°`);
	const english = readLesson(read(file), file);
	const german = readLesson(read(file), file, translationOf(slug, stringify(words)));
	expect(german.title).toBe(`${english.title}°`);
	expect(german.language).toBe('de');
	expect(german.hints).toEqual(english.hints.map((hint) => `${hint}°`));
	expect(scenariosOf(german)).toEqual(scenariosOf(english));
	const plain = mapped(JSON.parse(JSON.stringify(german)) as Json, (text) => text.replace(/°$/, ''));
	expect(plain).toEqual({ ...(JSON.parse(JSON.stringify(english)) as object), language: 'de' });
});

test.each([
	['hints:\n  - A\n  - B\n', 'title is missing: translate it.'],
	['minutes: 3\n', 'minutes is no word of the lesson: take it out'],
	['scenario:\n  seed: 9\n', 'scenario is no word of the lesson: take it out'],
	['title: 3\n', 'title is no text: put it in quotes.'],
	['', 'the file is missing: translate it.']
])('the words %j are refused', (text, reason) => {
	const file = `lessons/en/${carousel}/lesson.yaml`;
	const say = (words: string) => () => readLesson(read(file), file, translationOf(carousel, words));
	expect(say(text)).toThrow(reason);
	expect(say(text)).toThrow(/^lessons\/de\/03-the-carousel\/words\.yaml:\d+: /);
});

test('a patch among the words is refused', () => {
	const words = wordsOf(dataOf(carousel)) as Record<string, Record<string, Json>>;
	const bent = { ...words, run: { ...words['run'], patch: { work: { law: 'exponential' } } } };
	expect(() => withWords(dataOf(carousel), bent, () => 'words.yaml:9')).toThrow(
		'words.yaml:9: run.patch is no word of the lesson: take it out, a translation has words only.'
	);
});

test('a list of words has as many entries as the lesson', () => {
	const data = { hints: ['a', 'b', 'c'] };
	expect(() => withWords(data, { hints: ['A', 'B'] }, () => 'words.yaml:1')).toThrow(
		'words.yaml:1: hints should be a list of 3, as in the lesson: translate each.'
	);
});

/** A project's root with lessons of these paths. */
function rootWith(files: Readonly<Record<string, string>>): string {
	const root = mkdtempSync(join(tmpdir(), 'golangia-languages-'));
	onTestFinished(() => {
		rmSync(root, { recursive: true });
	});
	for (const [file, text] of Object.entries({ [glossaryFile]: read(glossaryFile), ...files })) {
		mkdirSync(join(root, dirname(file)), { recursive: true });
		writeFileSync(join(root, file), text);
	}
	return root;
}

test('a lesson is compiled in its translation: words, headings, glossary; what the language lacks stays English', async () => {
	const prose = read(`lessons/en/${carousel}/lesson.md`)
		.replace('# The Carousel', '# Das Karussell')
		.replace('(picture.svg)', `(../../en/${carousel}/picture.svg)`)
		.replace('## Why', '## Warum')
		.replace('### Its name elsewhere', '### Wie es anderswo heißt')
		.replace('**p95**', '**Q95**');
	const words = mapped(wordsOf(dataOf(carousel)), (text) =>
		text === 'The Carousel' ? 'Das Karussell' : text
	);
	const there = rootWith({
		[`lessons/de/${carousel}/lesson.md`]: prose,
		[`lessons/de/${carousel}/words.yaml`]: stringify(words),
		'lessons/de/names.yaml': 'Why: Warum\nIts name elsewhere: Wie es anderswo heißt\n',
		'lessons/de/glossary.yaml': '- id: p95\n  term: Q95\n  says: In dieser Zeit sind 95 von 100 zurück.\n'
	});
	expect(lessonLanguages(there)).toEqual(['en', 'de']);
	expect(readTranslation(there, '01-the-village-with-one-gate', 'de')).toBeUndefined();
	const compiled = await compileLesson({
		data: { file: `lessons/en/${carousel}/lesson.yaml`, text: read(`lessons/en/${carousel}/lesson.yaml`) },
		prose: { file: `lessons/en/${carousel}/lesson.md`, text: read(`lessons/en/${carousel}/lesson.md`) },
		picture: { file: 'picture.svg', text: read(`lessons/en/${carousel}/picture.svg`) },
		translation: readTranslation(there, carousel, 'de'),
		read
	});
	expect(compiled.lesson).toMatchObject({ title: 'Das Karussell', language: 'de' });
	expect(compiled.elsewhere).toContain('Wie es anderswo heißt');
	expect(compiled.sections.predict).toContain('data-says="In dieser Zeit sind 95 von 100 zurück."');
	expect(compiled.sections.why).toContain('data-run="round-robin/p95"');
	expect(glossaryIn(there, 'de')).toHaveLength(glossaryIn(there, 'en').length);
});

test.each([
	[
		{ [`lessons/de/${carousel}/lesson.md`]: '# Das Karussell\n' },
		`lessons/de/${carousel} should have lesson.md and words.yaml`
	],
	[
		{
			[`lessons/de/${carousel}/lesson.md`]: '# Das Karussell\n',
			[`lessons/de/${carousel}/words.yaml`]: 'title: Das Karussell\n',
			'lessons/de/glossary.yaml': '- { id: turtle, term: Schildkröte, says: Ein Tier. }\n'
		},
		'The glossary of de has "turtle"'
	]
])('a translation that is only half there is refused: %j', (files, reason) => {
	const there = rootWith(files);
	expect(() => readTranslation(there, carousel, 'de')).toThrow(reason);
});
