import { readFile } from 'node:fs/promises';
import { posix, relative } from 'node:path';
import { createHighlighter, type Highlighter } from 'shiki';
import type { Plugin } from 'vite';

const themes = { light: 'github-light', dark: 'github-dark' };

/** One for the whole build: it is slow to make. */
let highlighter: Promise<Highlighter> | undefined;

/**
 * Makes a module of each `?source` in `src/balancer`: `file`, its path from the project's root; `html`, its text
 * coloured by `--shiki-light` and `--shiki-dark`; and `uses`, the files of the balancer that it runs.
 */
export function strategySources(): Plugin {
	let root = process.cwd();
	return {
		name: 'golangia:strategy-sources',
		configResolved(config) {
			root = config.root;
		},
		enforce: 'pre',
		load: {
			filter: { id: /\/src\/balancer\/.+\.ts\?source$/ },
			async handler(id) {
				const path = id.replace(/\?.*$/, '');
				this.addWatchFile(path);
				const shiki = await (highlighter ??= createHighlighter({
					themes: Object.values(themes),
					langs: ['ts']
				}));
				const text = (await readFile(path, 'utf8')).trimEnd();
				const html = shiki.codeToHtml(text, { lang: 'ts', themes, defaultColor: false });
				const file = posix.join(...relative(root, path).split(/[\\/]/));
				const exports = Object.entries({ file, html, uses: usesOf(text, file) });
				return {
					code: exports.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`).join(''),
					map: null,
					moduleType: 'js'
				};
			}
		}
	};
}

/** Files that a file runs, from the project's root: what it imports beside types, in the order it does. */
export function usesOf(text: string, file: string): string[] {
	const imports = text.matchAll(/^import \{([^}]*)\} from '(\.[^']+)';/gm);
	return [...imports]
		.filter(([, names = '']) => names.split(',').some((name) => !/^\s*(type\s.*)?$/.test(name)))
		.map(([, , path = '']) => posix.join(posix.dirname(file), path));
}
