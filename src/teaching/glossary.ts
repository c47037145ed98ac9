import { z } from 'zod';
import { InputError, parse } from '#record/input.ts';
import { readYaml } from './yaml.ts';

/** A word of the field, explained in one sentence. */
export interface Term {
	/** Its anchor on the glossary's page, and its name in `term:` links. */
	readonly id: string;
	readonly term: string;
	/** Other forms that a text may set in bold: plurals, synonyms. */
	readonly also: readonly string[];
	readonly says: string;
}

export const glossaryFile = 'lessons/en/glossary.yaml';

const GlossarySchema = z.array(
	z.strictObject({
		id: z.string().regex(/^[a-z0-9-]+$/, 'use lower-case letters, digits and dashes'),
		term: z.string().trim().min(1).max(60),
		also: z.array(z.string().trim().min(1).max(60)).default([]),
		says: z.string().trim().min(1).max(280)
	})
);

/** In the order of their terms. @throws InputError with file and line. */
export function readGlossary(text: string, file: string = glossaryFile): readonly Term[] {
	const { value, placeOf } = readYaml(text, file);
	return parse(GlossarySchema, value, placeOf).toSorted((a, b) => a.term.localeCompare(b.term, 'en'));
}

/**
 * The glossary of another language: `own` terms, and for those that it lacks the first language's.
 * @throws InputError for a term that the first language does not have.
 */
export function inLanguage(first: readonly Term[], own: readonly Term[], language: string): readonly Term[] {
	const stray = own.find(({ id }) => !first.some((term) => term.id === id));
	if (stray !== undefined) {
		throw new InputError(
			`The glossary of ${language} has "${stray.id}", which ${glossaryFile} has not: use the ids that stand there.`
		);
	}
	const lacking = first.filter(({ id }) => !own.some((term) => term.id === id));
	return [...own, ...lacking].toSorted((a, b) => a.term.localeCompare(b.term, language));
}

/** The term that a text means by these words, whatever their case. */
export function termNamed(terms: readonly Term[], words: string): Term | undefined {
	const wanted = words.trim().toLowerCase();
	return terms.find(({ term, also }) => [term, ...also].some((form) => form.toLowerCase() === wanted));
}
