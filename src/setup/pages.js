import { readFileSync } from 'node:fs';

/** What every page needs; and what it says, and the simplest of its controls: none of it brings anything heavy along. */
const groups = [
	{ name: 'framework', test: /\/node_modules\/(svelte|@sveltejs\/kit|esm-env|clsx)\/|vite\/preload-helper/ },
	{
		name: 'pieces',
		test: /\/src\/(words\/|view\/(Says|controls\/(Button|Choice|Icon|KeysButton|Notice|Slider|keyboard|keys)\b))/,
		minShareCount: 2,
		entriesAware: true,
		// In bytes before compression: what is smaller goes along with its neighbours.
		entriesAwareMergeThreshold: 6000
	}
];

/** Part of every schema there is, and of use only to those who write JSON Schema, as the command does. */
const writer = /^\.\.\/core\/(json-schema-processors|to-json-schema)\.js$/;
const empty = '\0empty:';

/**
 * Makes light what a page loads before it answers: fewer files, each of which costs a phone a round trip, and of zod only what reads.
 * @returns {import('vite').Plugin}
 */
export function pages() {
	return {
		name: 'golangia:pages',
		apply: 'build',
		enforce: 'pre',
		applyToEnvironment: ({ name }) => name === 'client',
		configEnvironment(name) {
			if (name !== 'client') return undefined;
			return { build: { rolldownOptions: { output: { codeSplitting: { groups } } } } };
		},
		async resolveId(source, importer) {
			if (!writer.test(source) || importer?.endsWith('/zod/v4/classic/schemas.js') !== true) return undefined;
			const file = await this.resolve(source, importer, { skipSelf: true });
			return file && `${empty}${file.id}`;
		},
		load(id) {
			if (!id.startsWith(empty)) return undefined;
			const code = readFileSync(id.slice(empty.length), 'utf8');
			return Array.from(
				code.matchAll(/^export (?:const|function) (\w+)/gm),
				([, name = '']) => `export const ${name} = () => undefined;`
			).join('\n');
		}
	};
}
