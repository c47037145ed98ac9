import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { wordsIn } from './markup.ts';

/** Whose components take every word from `src/words`, each folder with all below it; `.` at the end: the folder alone. */
const finished = [
	'src/routes/.',
	'src/routes/embed',
	'src/routes/gallery',
	'src/routes/lab',
	'src/routes/learn',
	'src/routes/live',
	'src/routes/play',
	'src/routes/replay',
	'src/routes/strategies',
	'src/view/.',
	'src/view/chart',
	'src/view/controls',
	'src/view/kingdom',
	'src/view/shelf',
	'src/view/stage'
];

/** What is the same in every language: the project's name, and a word to search engines. */
const untold = new Set(['Golangia', 'noindex']);

const components = finished.flatMap((folder) => {
	const below = !folder.endsWith('/.');
	const path = below ? folder : folder.slice(0, -2);
	return readdirSync(path, { recursive: below, encoding: 'utf8' }).flatMap((name) =>
		name.endsWith('.svelte') ? [`${path}/${name}`] : []
	);
});

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
