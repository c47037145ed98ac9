import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { golangia } from './golangia.ts';

test('lesson words prints the words of a lesson in the form of its data, and nothing that is run', async () => {
	const { code, stdout } = await golangia('lesson', 'words', '3');
	expect(code).toBe(0);
	const words = parse(stdout) as Record<string, unknown>;
	expect(words).toMatchObject({
		title: 'The Carousel',
		run: { lanes: [{ label: 'Round robin' }, { label: 'Least connections' }, { label: 'Random' }] }
	});
	expect(Object.keys(words)).not.toContain('scenario');
});

test('lesson check refuses a language that has no lessons', async () => {
	const { code, stderr } = await golangia('lesson', 'check', '--language', 'xx');
	expect(code).not.toBe(0);
	expect(stderr).toContain('The language is "xx": there are no lessons in it; use one of en.');
});
