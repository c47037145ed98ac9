import { pseudo } from './pseudo.ts';

/** The language this site is built in, by its tag. `pseudo` shows what on a page is not yet a word of this folder. */
export const language = (import.meta.env['VITE_LANGUAGE'] as string | undefined) ?? 'en';

/** What `<html lang>` says. */
export const htmlLanguage = language === 'pseudo' ? 'en-x-pseudo' : language;

/** Words as this site says them. They are those of its language already: see `vite.config.ts`. */
export function spoken<W>(words: W): W {
	return language === 'pseudo' ? pseudo(words) : words;
}
