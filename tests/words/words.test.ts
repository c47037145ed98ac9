import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { piecesOf } from '#view/says.ts';
import { counting } from '#words/counted.ts';
import { pseudo } from '#words/pseudo.ts';
import { en as words } from '#words/en/index.ts';
import { htmlLanguage, language } from '#words/language.ts';
import { words as wordsPlugin } from '../../src/setup/words.js';

test('the site speaks English unless told', () => {
	expect([language, htmlLanguage]).toEqual(['en', 'en']);
	expect(words.number(1320)).toBe('1,320');
	expect(words.home.lessons.all(10, 94)).toBe('10 lessons, about 94 minutes.');
	expect(words.lesson.minutes(1)).toBe('1 minute.');
});

test('counted words follow the plurals and the digits of their language', () => {
	const polish = counting('pl')({ one: '# lekcja', few: '# lekcje', many: '# lekcji', other: '# lekcji' });
	expect([1, 3, 5].map(polish)).toEqual(['1 lekcja', '3 lekcje', '5 lekcji']);
	expect(counting('de')({ one: '# Stunde', other: '# Stunden' })(12_500)).toBe('12.500 Stunden');
});

test('a text is cut at its marks', () => {
	expect(piecesOf('Read `a_b`, **then** go _there_ by [this way](road).')).toEqual([
		{ mark: 'plain', text: 'Read ' },
		{ mark: 'code', text: 'a_b' },
		{ mark: 'plain', text: ', ' },
		{ mark: 'bold', text: 'then' },
		{ mark: 'plain', text: ' go ' },
		{ mark: 'apart', text: 'there' },
		{ mark: 'plain', text: ' by ' },
		{ mark: 'link', text: 'this way', to: 'road' },
		{ mark: 'plain', text: '.' }
	]);
	expect(piecesOf('2 * 3 * 4')).toEqual([{ mark: 'plain', text: '2 * 3 * 4' }]);
});

test('the pseudo-language has every word in brackets, and keeps the form of all', () => {
	const { site, lesson } = pseudo(words);
	expect(site.titled('A')).toBe('⟦A – Golangia⟧');
	expect(lesson.settings.list[0]).toEqual(['⟦R⟧', '⟦run or pause⟧']);
	expect(lesson.hints.first(1, 3)).toBe('⟦A hint (1 of 3)⟧');
});

/** The plugin for a site with German words, in a language. */
function pluginIn(root: string, language: string) {
	const plugin = wordsPlugin() as unknown as {
		configResolved: (config: object) => void;
		resolveId: (source: string) => string | undefined;
	};
	plugin.configResolved({ root, env: { VITE_LANGUAGE: language } });
	return plugin;
}

test('the words of the language that is asked for stand where the English ones do, and one without words is refused', () => {
	const root = mkdtempSync(join(tmpdir(), 'golangia-words-'));
	for (const language of ['de', 'en']) {
		mkdirSync(join(root, 'src/words', language), { recursive: true });
		writeFileSync(join(root, 'src/words', language, 'index.ts'), '');
	}
	const asked = '#words/en/play.ts';
	expect(pluginIn(root, 'de').resolveId(asked)).toBe(join(root, 'src/words/de/play.ts'));
	expect(pluginIn(root, 'pseudo').resolveId(asked)).toBe(join(root, 'src/words/en/play.ts'));
	expect(pluginIn(root, 'de').resolveId('#words/play.ts')).toBeUndefined();
	expect(() => pluginIn(root, 'xx')).toThrow(
		'VITE_LANGUAGE is "xx": there are no words in it; use one of de, en, pseudo.'
	);
	rmSync(root, { recursive: true });
});
