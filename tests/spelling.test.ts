import { readdirSync, readFileSync } from 'node:fs';
import english from 'dictionary-en-gb';
import type { Nodes } from 'mdast';
import nspell from 'nspell';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { shelf } from '#balancer/strategies/index.ts';
import { presets } from '#simulator/presets.ts';

/** The field's words and people's names, which no general dictionary has; one a line. */
const known = readFileSync('tests/fixtures/words.txt', 'utf8').trim().split('\n');
const speller = nspell({ aff: Buffer.from(english.aff), dic: Buffer.from(english.dic) });
for (const word of known) speller.add(word);
const markdown = unified().use(remarkParse).use(remarkGfm);

const foreign: ReadonlySet<string> = new Set(['sources', 'elsewhere', 'lit']);
const lessons = readdirSync('lessons/en', { withFileTypes: true }).flatMap((entry) =>
	entry.isDirectory() ? [`lessons/en/${entry.name}`] : []
);
const data = ['lessons/en/glossary.yaml', ...lessons.map((path) => `${path}/lesson.yaml`)];
const texts: readonly (readonly [string, string])[] = [
	...['README.md', 'CONTRIBUTING.md', ...lessons.map((path) => `${path}/lesson.md`)].map(
		(path) => [path, readFileSync(path, 'utf8')] as const
	),
	...data.map((path) => [path, sentencesIn(parse(readFileSync(path, 'utf8'))).join('\n\n')] as const),
	...Object.entries(shelf).map(([name, strategy]) => [name, sentencesIn(strategy).join('\n\n')] as const),
	['presets', presets.flatMap(({ title, says }) => [title, says]).join('\n\n')]
];

test.each(texts)('%s is spelt right, or its word is in tests/fixtures/words.txt', (_, text) => {
	expect(wordsOf(text).filter((word) => !isSpelt(word))).toEqual([]);
});

test('the list of words has only words that are used and that the dictionary lacks, in order', () => {
	const plain = nspell({ aff: Buffer.from(english.aff), dic: Buffer.from(english.dic) });
	const used = new Set(texts.flatMap(([, text]) => wordsOf(text).map(bare)));
	expect(known.filter((word) => !used.has(word) || plain.correct(word))).toEqual([]);
	expect(known).toEqual([...new Set(known)].sort());
});

test('a wrong word is found', () => {
	expect(wordsOf('The balancer `recieves` it, and we recieve it.').filter((word) => !isSpelt(word))).toEqual([
		'recieve'
	]);
});

function isSpelt(word: string): boolean {
	return speller.correct(bare(word));
}

/** Without a possessive ending. */
function bare(word: string): string {
	return word.replaceAll('’', "'").replace(/'s$/, '');
}

/** All words of a Markdown text but those in code, placeholders and addresses. */
function wordsOf(text: string): string[] {
	return proseOf(markdown.parse(text))
		.join('\n')
		.replace(/\{[^}]*\}|\S*[/\\@_#]\S*|https?:\S+/g, ' ')
		.split(/[^\p{L}\p{N}’']+/u)
		.map((word) => word.replace(/^['’]+|['’]+$/g, ''))
		.filter((word) => word.length > 1 && !/\p{N}/u.test(word));
}

function proseOf(node: Nodes): string[] {
	if (node.type === 'text') return [node.value];
	return 'children' in node ? node.children.flatMap(proseOf) : [];
}

/** The sentences in data: what has a space in it, but for code and what others have called their works. */
function sentencesIn(value: unknown): string[] {
	if (typeof value === 'string') return /\s/.test(value.trim()) ? [value] : [];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, part]) => (foreign.has(key) ? [] : sentencesIn(part)));
}
