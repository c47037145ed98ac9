import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { compileLesson, strategyFile } from './lesson.ts';
import { glossaryFile, readGlossary } from '../glossary.ts';
import { readLesson, type LessonHead } from '../lesson.ts';
import { pictureFile } from '../picture.ts';

/**
 * Makes a module of each `lessons/NN-name/lesson.yaml`: the whole lesson (see `CompiledLesson`), or with
 * `?head` the little that a table of contents needs; and one of the glossary. What is wrong in a lesson fails the build with file and line.
 */
export function lessons(): Plugin {
	let root = process.cwd();
	return {
		name: 'golangia:lessons',
		configResolved(config) {
			root = config.root;
		},
		load: {
			filter: { id: /\/lessons\/(?:[^/]+\/lesson\.yaml(\?head)?|glossary\.yaml)$/ },
			async handler(id) {
				if (id.endsWith(`/${glossaryFile}`)) {
					return moduleOf({ glossary: readGlossary(await readFile(id, 'utf8')) });
				}
				const [path = id, query] = id.split('?');
				const folder = dirname(path);
				const name = `lessons/${basename(folder)}`;
				const data = { file: `${name}/lesson.yaml`, text: await readFile(path, 'utf8') };
				if (query === 'head') return moduleOf({ head: headOf(data.text, data.file) });
				const prosePath = join(folder, 'lesson.md');
				this.addWatchFile(prosePath);
				const prose = { file: `${name}/lesson.md`, text: await readFile(prosePath, 'utf8') };
				const picturePath = join(folder, pictureFile);
				this.addWatchFile(picturePath);
				const picture = { file: `${name}/${pictureFile}`, text: await readFile(picturePath, 'utf8') };
				const compiled = await compileLesson({
					data,
					prose,
					picture,
					read: (file) => readFileSync(join(root, file), 'utf8')
				});
				this.addWatchFile(join(root, strategyFile(compiled.lesson.strategy.name)));
				this.addWatchFile(join(root, glossaryFile));
				return moduleOf({ ...compiled });
			}
		}
	};
}

function headOf(text: string, file: string): LessonHead {
	const { slug, number, title, chapter, summary, minutes } = readLesson(text, file);
	return { slug, number, title, chapter, summary, minutes };
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
