import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { compileLesson, strategyFile } from './lesson.ts';
import { glossaryIn, namesIn, readTranslation } from './languages.ts';
import { glossaryFile } from '../glossary.ts';
import { readLesson, type LessonHead } from '../lesson.ts';
import { pictureFile } from '../picture.ts';
import { firstLanguage, type Names } from '../translation.ts';

/**
 * Makes a module of each `lessons/en/NN-name/lesson.yaml`: the whole lesson (see `CompiledLesson`), or with
 * `?head` the little that a table of contents needs; and one of the glossary. Where `VITE_LANGUAGE` names another language
 * they come in its words, as far as it has them. What is wrong in a lesson fails the build with file and line.
 */
export function lessons(): Plugin {
	let root = process.cwd();
	let language = firstLanguage;
	return {
		name: 'golangia:lessons',
		configResolved(config) {
			root = config.root;
			language = (config.env['VITE_LANGUAGE'] as string | undefined) ?? firstLanguage;
		},
		load: {
			filter: { id: /\/lessons\/en\/(?:[^/]+\/lesson\.yaml(\?head)?|glossary\.yaml)$/ },
			async handler(id) {
				if (id.endsWith(`/${glossaryFile}`)) return moduleOf({ glossary: glossaryIn(root, language) });
				const [path = id, query] = id.split('?');
				const folder = dirname(path);
				const slug = basename(folder);
				const name = `lessons/${firstLanguage}/${slug}`;
				const data = { file: `${name}/lesson.yaml`, text: await readFile(path, 'utf8') };
				const names = namesIn(root, language);
				const translation = readTranslation(root, slug, language);
				for (const { file } of translation === undefined ? [] : [translation.words, translation.prose]) {
					this.addWatchFile(join(root, file));
				}
				if (query === 'head') {
					const { number, language, title, chapter, summary, minutes } = inChapter(
						readLesson(data.text, data.file, translation),
						names
					);
					return moduleOf({ head: { slug, number, language, title, chapter, summary, minutes } });
				}
				const prosePath = join(folder, 'lesson.md');
				this.addWatchFile(prosePath);
				const picturePath = join(folder, pictureFile);
				this.addWatchFile(picturePath);
				const compiled = await compileLesson({
					data,
					prose: { file: `${name}/lesson.md`, text: await readFile(prosePath, 'utf8') },
					picture: { file: `${name}/${pictureFile}`, text: await readFile(picturePath, 'utf8') },
					translation,
					read: (file) => readFileSync(join(root, file), 'utf8')
				});
				this.addWatchFile(join(root, strategyFile(compiled.lesson.strategy.name)));
				this.addWatchFile(join(root, glossaryFile));
				return moduleOf({ ...compiled, lesson: inChapter(compiled.lesson, names) });
			}
		}
	};
}

/** A chapter has one name, whether all of its lessons are translated or not. */
function inChapter<Head extends LessonHead>(lesson: Head, names: Names): Head {
	return { ...lesson, chapter: names[lesson.chapter] ?? lesson.chapter };
}

function moduleOf(exports: Readonly<Record<string, unknown>>): { code: string; map: null; moduleType: 'js' } {
	const lines = Object.entries(exports).map(([name, value]) => `export const ${name} = ${codeOf(value)};\n`);
	return { code: lines.join(''), map: null, moduleType: 'js' };
}

/** JSON has no word for a request that is never answered; JavaScript does. */
function codeOf(value: unknown): string {
	const never = '@never@';
	const json = JSON.stringify(value, (_, inside: unknown) => (inside === Infinity ? never : inside));
	return (json as string | undefined)?.replaceAll(`"${never}"`, 'Infinity') ?? 'undefined';
}
