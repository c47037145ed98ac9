import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const english = 'en';
const folders = 'src/words';

/**
 * Where `VITE_LANGUAGE` names a language of `src/words`, its words stand wherever the English ones are asked for, so that a page
 * brings those of one language only. `pseudo` is English too.
 * @returns {import('vite').Plugin}
 * @throws {Error} for a language that has no words, when the site is built
 */
export function words() {
	let folder = '';
	return {
		name: 'golangia:words',
		enforce: 'pre',
		configResolved({ root, env }) {
			const wanted = String(env['VITE_LANGUAGE'] ?? english);
			folder = join(root, folders, wanted === 'pseudo' ? english : wanted);
			if (!existsSync(join(folder, 'index.ts'))) {
				const known = readdirSync(join(root, folders), { withFileTypes: true })
					.filter((entry) => entry.isDirectory())
					.map(({ name }) => name);
				const list = [...known, 'pseudo'].join(', ');
				throw new Error(`VITE_LANGUAGE is "${wanted}": there are no words in it; use one of ${list}.`);
			}
		},
		resolveId(source) {
			const asked = `#words/${english}/`;
			return source.startsWith(asked) ? join(folder, source.slice(asked.length)) : undefined;
		}
	};
}
