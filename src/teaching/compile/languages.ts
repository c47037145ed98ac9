import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '#record/input.ts';
import { glossaryFile, inLanguage, readGlossary, type Term } from '../glossary.ts';
import { firstLanguage, readNames, type Names, type TextFile, type Translation } from '../translation.ts';

/** Every language that has a folder of lessons, the first one first. */
export function lessonLanguages(root: string): readonly string[] {
	const names = readdirSync(join(root, 'lessons'), { withFileTypes: true }).flatMap((entry) =>
		entry.isDirectory() && entry.name !== firstLanguage ? [entry.name] : []
	);
	return [firstLanguage, ...names.toSorted()];
}

/**
 * A lesson's words in this language; undefined where it has none, and the lesson is told in the first language.
 * @throws InputError when only one of the two files is there.
 */
export function readTranslation(root: string, slug: string, language: string): Translation | undefined {
	const folder = `lessons/${language}/${slug}`;
	const prose = textFile(root, `${folder}/lesson.md`);
	const words = textFile(root, `${folder}/words.yaml`);
	if (language === firstLanguage || (prose === undefined && words === undefined)) return undefined;
	if (prose === undefined || words === undefined) {
		throw new InputError(`${folder} should have lesson.md and words.yaml: write both, or take it out.`);
	}
	return { language, prose, words, names: namesIn(root, language), glossary: glossaryIn(root, language) };
}

/** What the lessons of a language share; none where it has no `names.yaml`. */
export function namesIn(root: string, language: string): Names {
	const found = textFile(root, `lessons/${language}/names.yaml`);
	return found === undefined ? {} : readNames(found.text, found.file);
}

/** The glossary, in this language as far as it has one. */
export function glossaryIn(root: string, language: string): readonly Term[] {
	const first = readGlossary(readFileSync(join(root, glossaryFile), 'utf8'));
	const own = textFile(root, `lessons/${language}/glossary.yaml`);
	if (own === undefined || own.file === glossaryFile) return first;
	return inLanguage(first, readGlossary(own.text, own.file), language);
}

function textFile(root: string, file: string): TextFile | undefined {
	const path = join(root, file);
	return existsSync(path) ? { file, text: readFileSync(path, 'utf8') } : undefined;
}
