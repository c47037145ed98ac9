import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileLesson } from '#teaching/compile/lesson.ts';
import type { CompiledLesson } from '#teaching/module.ts';

const slug = '01-the-village-with-one-gate';
const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const dataText = read(`lessons/en/${slug}/lesson.yaml`);
const proseText = read(`lessons/en/${slug}/lesson.md`);
const pictureText = read(`lessons/en/${slug}/picture.svg`);

function compile(
	prose: string,
	data = dataText,
	source = read,
	picture = pictureText
): Promise<CompiledLesson> {
	return compileLesson({
		data: { file: `lessons/en/${slug}/lesson.yaml`, text: data },
		prose: { file: 'lesson.md', text: prose },
		picture: { file: 'picture.svg', text: picture },
		read: source
	});
}

/** The lesson's prose with one more paragraph at the end, and the number of its line. */
function withEnd(paragraph: string): { text: string; line: string } {
	return {
		text: `${proseText}\n${paragraph}\n`,
		line: `lesson.md:${String(proseText.split('\n').length + 1)}: `
	};
}

test('raw HTML in a lesson is dropped', async () => {
	const { sections } = await compile(withEnd('Some <b>bold</b> text.\n\n<script>alert(1)</script>').text);
	expect(sections.debrief).not.toMatch(/<script|<b>/);
	expect(sections.debrief).toContain('bold');
});

test('code keeps both themes as CSS variables, in a language that is not known too', async () => {
	const { elsewhere } = await compile(proseText);
	expect(elsewhere).toContain('--shiki-dark');
	expect(elsewhere).toContain('balance roundrobin');
});

test('a number the engine disagrees with fails with file and line, and says what the engine measures', async () => {
	const { text, line } = withEnd('[3.21 s](run:solution/p99)');
	await expect(compile(text)).rejects.toThrow(line);
	await expect(compile(text)).rejects.toThrow(
		/the text says "3\.21 s", but solution measures [\d.]+ m?s for p99 on seed 6: mend the text\./
	);
});

test.each([
	['[1 s](run:nowhere/p99)', 'names no run of this lesson: use one of start, solution'],
	['[1 s](run:solution/p101)', 'names no measure: use one of p50'],
	['[x](strategy:roundabout)', 'names no strategy: use one of round-robin'],
	['[x](lane:five)', 'names no lane: use one of one, two, four'],
	['[x](mark:sleeping)', 'names no mark of the stage: use one of working'],
	['[x](term:turtle)', 'names no term of the glossary: use one of availability'],
	['[3](run:solution/inside.Z@9000)', 'names no server of that run'],
	['[99](run:one/waiting.A@20000)', 'for waiting.A@20000: mend the text'],
	['[Q](run:follow/server)', 'but the followed request has'],
	['[99](run:follow/inside.A)', 'for inside.A: mend the text'],
	['[3](run:follow/mood)', 'use one of server, ahead']
])('%s fails with file and line', async (paragraph, reason) => {
	const { text, line } = withEnd(paragraph);
	await expect(compile(text)).rejects.toThrow(reason);
	await expect(compile(text)).rejects.toThrow(line);
});

test('a lit text that has left the source fails', async () => {
	await expect(
		compile(proseText, dataText, (path) =>
			path.endsWith('.ts') ? 'export const roundRobin = 1;' : read(path)
		)
	).rejects.toThrow('which is no longer in src/balancer/strategies/round-robin.ts: quote a text that is.');
});

test('a number and its unit stay on one line, in the text and in the data, but not in code', async () => {
	const { text } = withEnd('Of 75 % a share, 20 servers in 3 s, `5 % 4`.');
	const data = dataText.replace('so two are too few', 'so 75 % are too few');
	const { sections, lesson } = await compile(text, data);
	expect(sections.debrief).toContain('75\u00a0% a share, 20 servers in 3\u00a0s, <code>5 % 4</code>');
	expect(lesson.hints[2]).toContain('so 75\u00a0% are');
});

test('prose and data must have one title', async () => {
	await expect(compile(proseText.replace('# The Village', '# A Village'))).rejects.toThrow(
		'lesson.md:1: the title is "A Village with One Gate"'
	);
});

test('a reply with a placeholder that nothing fills fails', async () => {
	await expect(
		compile(
			proseText,
			dataText.replace(
				'measure {measured}, and two measure {two}. You were',
				'measure {measurd}, and two measure {two}. You were'
			)
		)
	).rejects.toThrow('unknown placeholder {measurd}');
});

test('marks of the stage, lanes and words of the glossary come out as what the page draws', async () => {
	const { sections, terms } = await compile(
		withEnd('[waiting](mark:waiting), [the second](lane:two), a [share](term:utilisation) and **queues**.')
			.text
	);
	expect(sections.debrief).toContain('<span class="glyph" data-mark="waiting">waiting</span>');
	expect(sections.debrief).toContain('data-lane="two" style="--colour: var(--lane-2); --stroke: dashed"');
	expect(sections.debrief).toMatch(
		/<a class="term" href="..\/glossary\/#utilisation" data-says="[^"]+">share/
	);
	expect(sections.debrief).toMatch(/<strong><a class="term" href="..\/glossary\/#queue"/);
	expect(terms.map(({ id }) => id)).toEqual(expect.arrayContaining(['queue', 'utilisation']));
});

test('a stop that never comes fails, and says which', async () => {
	await expect(
		compile(
			proseText,
			dataText.replace('- lane: one\n      first: refused', '- lane: one\n      first: ejected')
		)
	).rejects.toThrow('run has a stop "first: ejected" that never comes in this run');
});

test('a caption whose placeholder nothing fills fails', async () => {
	await expect(
		compile(proseText, dataText.replace('{waiting} waiting.', '{wating} waiting.'))
	).rejects.toThrow(
		'a caption has {wating}, which nothing fills'.replace('a caption', 'a stop whose caption')
	);
});
