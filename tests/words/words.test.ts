import { expect, test, vi } from 'vitest';
import { piecesOf } from '#view/says.ts';
import { counting } from '#words/counted.ts';
import { pseudo } from '#words/pseudo.ts';
import { htmlLanguage, language, words } from '#words/words.ts';

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

test('a language without words is refused', async () => {
	vi.stubEnv('VITE_LANGUAGE', 'xx');
	vi.resetModules();
	await expect(import('#words/words.ts')).rejects.toThrow(
		'VITE_LANGUAGE is "xx": there are no words in it; use one of en, pseudo.'
	);
	vi.unstubAllEnvs();
});
