import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { wordsIn } from './markup.ts';

/** What is the same in every language: the project's name, and a word to search engines. */
const untold = new Set(['Golangia', 'noindex']);

const components = ['src/routes', 'src/view'].flatMap((folder) =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) =>
		name.endsWith('.svelte') ? [`${folder}/${name}`] : []
	)
);

test.each(components)('%s has no words of its own in its markup', (file) => {
	const words = wordsIn(readFileSync(file, 'utf8'));
	expect(words.filter((found) => !untold.has(found.replace(/^\d+: /, '')))).toEqual([]);
});

test('words are found in text, in what is spoken and in what an expression shows', () => {
	const source = `<script>const a = 'not this';</script>
<p class="not this">Hello <b>{a ? 'you' : \`and \${b}\`}</b>, 3 × {call('not this')}</p>
<button aria-label="Go on" {...rest}>{a === 'not this' ? '' : c}</button>
{#if a === 'not this'}<Choice label={a ? 'A choice' : b} as="list" />{/if}
{#each c as d (d)}<i title="A {d}">…</i>{/each}`;
	expect(wordsIn(source)).toEqual(['2: Hello', '2: you', '2: and', '3: Go on', '4: A choice', '5: A']);
});
