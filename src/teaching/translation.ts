import { z } from 'zod';
import { InputError, parse } from '#record/input.ts';
import type { Term } from './glossary.ts';
import type { Json } from './patch.ts';
import { readYaml, type Path, type PlaceOf } from './yaml.ts';

/** The language that lessons are written in: its folder has their data, those of other languages only words. */
export const firstLanguage = 'en';

/** A file's text, and what errors call it. */
export interface TextFile {
	readonly file: string;
	readonly text: string;
}

/** A lesson in another language. */
export interface Translation {
	/** As `<html lang>` says it: `de`. */
	readonly language: string;
	/** `words.yaml`: each word of the lesson's data, at the place where the lesson has it. */
	readonly words: TextFile;
	readonly prose: TextFile;
	readonly names: Names;
	/** The words of the field that the prose can set in bold. */
	readonly glossary: readonly Term[];
}

/** What the lessons of a language share: the names of chapters and the headings of a `lesson.md`, by the English ones. */
export type Names = Readonly<Record<string, string>>;

/** Read a `names.yaml`. @throws InputError with file and line. */
export function readNames(text: string, file: string): Names {
	const { value, placeOf } = readYaml(text, file);
	return parse(z.record(z.string(), z.string().trim().min(1).max(80)), value, placeOf);
}

/** Where a lesson's data has words. All else is what runs, and no translation can say it. */
const wordPaths: ReadonlySet<string> = new Set([
	'title',
	'summary',
	'picture',
	'strategy.says',
	'prediction.question',
	'prediction.axis',
	'prediction.replies.right',
	'prediction.replies.close',
	'prediction.replies.off',
	'run.lanes.*.label',
	...['run', 'goal'].flatMap((part) =>
		['label', 'unit', 'options.*.label'].map((words) => `${part}.levers.*.${words}`)
	),
	'run.stops.*.says',
	'follow.says',
	...['start', 'solution', 'ablation'].flatMap((part) => [`${part}.says`, `${part}.stops.*.says`]),
	'goal.text',
	'goal.objectives.*.label',
	'hints.*',
	'debrief.rule',
	'debrief.limits.*',
	'recall.*.question',
	'recall.*.answers.*.says',
	'recall.*.answers.*.reply'
]);

function isWord(path: Path): boolean {
	return wordPaths.has(path.map((key) => (typeof key === 'number' ? '*' : String(key))).join('.'));
}

/** The words of a lesson's data in its own form, all else left out; undefined where there is none. */
export function wordsOf(data: Json | undefined, path: Path = []): Json | undefined {
	if (typeof data === 'string') return isWord(path) ? data : undefined;
	if (typeof data !== 'object' || data === null) return undefined;
	if (isList(data)) {
		const entries = data.flatMap((entry, index) => wordsOf(entry, [...path, index]) ?? []);
		return entries.length === 0 ? undefined : entries;
	}
	const fields = Object.entries(data).flatMap(([key, inside]) => {
		const words = wordsOf(inside, [...path, key]);
		return words === undefined ? [] : [[key, words] as const];
	});
	return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

/**
 * The data with its words replaced, each of them. @throws InputError for a word that is missing, and for whatever is no
 * word of the data: so a translation cannot change what is run.
 */
export function withWords(data: Json, words: Json | undefined, placeOf: PlaceOf, path: Path = []): Json {
	const wanted = wordsOf(data, path);
	const refuse = (at: Path, what: string): never => {
		throw new InputError(`${placeOf(at)}: ${at.length === 0 ? 'the file' : at.join('.')} ${what}`);
	};
	if (wanted === undefined) return data;
	if (words === undefined || words === null) return refuse(path, 'is missing: translate it.');
	if (typeof wanted === 'string') {
		return typeof words === 'string' ? words : refuse(path, 'is no text: put it in quotes.');
	}
	if (isList(data)) {
		if (!isList(words) || words.length !== data.length) {
			return refuse(path, `should be a list of ${String(data.length)}, as in the lesson: translate each.`);
		}
		return data.map((entry, index) => withWords(entry, words[index], placeOf, [...path, index]));
	}
	if (typeof data !== 'object' || data === null) return data;
	if (typeof words !== 'object' || isList(words)) return refuse(path, 'has several words: translate each.');
	const known = Object.keys(wanted as object);
	const stray = Object.keys(words).find((key) => !known.includes(key));
	if (stray !== undefined) {
		return refuse([...path, stray], 'is no word of the lesson: take it out, a translation has words only.');
	}
	const replaced = known.map((key) => [
		key,
		withWords(data[key] ?? null, words[key], placeOf, [...path, key])
	]);
	return { ...data, ...(Object.fromEntries(replaced) as Record<string, Json>) };
}

/** `Array.isArray` knows no list that cannot be changed. */
function isList(value: Json): value is readonly Json[] {
	return Array.isArray(value);
}
