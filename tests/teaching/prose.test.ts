import { expect, test } from 'vitest';
import { agrees, figuresIn } from '#teaching/figure.ts';
import { sectionHeadings } from '#teaching/module.ts';
import { readProse, wordsIn } from '#teaching/prose.ts';

const headings = Object.values(sectionHeadings);
const good = `# Title\n\n${headings.map((heading) => `## ${heading}\n\nText of ${heading}.\n`).join('\n')}`;

test('readProse cuts a lesson at its headings and remembers the lines', () => {
	const { title, sections } = readProse(good, 'lesson.md');
	expect(title).toBe('Title');
	expect(sections.away.text.trim()).toBe('Text of Take it away.');
	expect(good.split('\n')[sections.why.line]).toBe('Text of Why.');
});

test('a heading in a code block opens nothing', () => {
	const text = good.replace('Text of Why.', '```sh\n# a comment\n## another\n```');
	expect(readProse(text, 'lesson.md').sections.why.text).toContain('# a comment');
});

test.each([
	['# Title\n', '', 'lesson.md:1: has no title'],
	['# Title\n', '# Title\nHello.\n', 'lesson.md:2: stands before the first section'],
	['## Predict', '## Guess', 'lesson.md:7: the heading is "Guess": here comes "## Predict".'],
	['Text of Run.', '', 'the section "Run" is empty'],
	['## Debrief\n\nText of Debrief.\n', '', 'the section "## Debrief" is missing'],
	['Text of Debrief.', 'Text.\n\n## More\n\nText.', 'here comes nothing more']
])('%j made %j is refused: %s', (from, to, reason) => {
	expect(() => readProse(good.replace(from, to), 'lesson.md')).toThrow(reason);
});

test('wordsIn counts what a reader reads: no code blocks, no addresses, no marks', () => {
	expect(wordsIn('Two **words** [and a link](run:solution/p99) – here.\n\n```go\nnot these\n```\n')).toBe(6);
});

test('figuresIn finds every number that links to a run, broken lines too, with its place', () => {
	expect(
		figuresIn(
			'One\n[1.07 s](run:solution/p99) and [66\n%](run:one/ok-share), [not](https://a.example).',
			'lesson.md'
		)
	).toEqual([
		{ url: 'run:solution/p99', text: '1.07 s', place: 'lesson.md:2' },
		{ url: 'run:one/ok-share', text: '66 %', place: 'lesson.md:2' }
	]);
});

test.each([
	['1.07 s', 1074.9, true],
	['1.07 s', 1075.1, false],
	['1.1 s', 1074.9, true],
	['647 ms', 646.6, true],
	['647 ms', 647.6, false],
	['66 %', 0.6639, true],
	['66.4 %', 0.6639, true],
	['66.3 %', 0.6639, false],
	['2,714', 2714, true],
	['0', 0, true],
	['never', Infinity, true],
	['never', 1000, false],
	['1.00 s', Infinity, false],
	['about a second', 1000, false]
])('"%s" for %d agrees: %s', (text, value, yes) => {
	expect(agrees(text, value)).toBe(yes);
});
