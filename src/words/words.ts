import { en } from './en/index.ts';
import { pseudo } from './pseudo.ts';

/** All that the interface says; a language is one object of this type. */
export type Words = typeof en;

/** By the tag that `VITE_LANGUAGE` names. `pseudo` shows what on a page is not yet a word of this folder. */
const languages: Readonly<Record<string, Words>> = { en, pseudo: pseudo(en) };

const wanted = import.meta.env['VITE_LANGUAGE'] as string | undefined;

/** The language this site is built in. */
export const language = wanted ?? 'en';

/** What `<html lang>` says. */
export const htmlLanguage = language === 'pseudo' ? 'en-x-pseudo' : language;

/** What the interface says in it. */
export const words = wordsIn(language);

/** @throws Error for a language that has no words. */
function wordsIn(tag: string): Words {
	const found = languages[tag];
	if (found !== undefined) return found;
	const known = Object.keys(languages).join(', ');
	throw new Error(`VITE_LANGUAGE is "${tag}": there are no words in it; use one of ${known}.`);
}
