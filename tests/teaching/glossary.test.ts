import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { glossaryFile, readGlossary, termNamed } from '#teaching/glossary.ts';

const terms = readGlossary(readFileSync(new URL(`../../${glossaryFile}`, import.meta.url), 'utf8'));

test('the glossary has every form of every word once, so that bold words mean one thing', () => {
	const forms = terms.flatMap(({ term, also }) => [term, ...also]).map((form) => form.toLowerCase());
	expect(forms).toEqual([...new Set(forms)]);
	expect(new Set(terms.map(({ id }) => id)).size).toBe(terms.length);
});

test('each meaning is one sentence', () => {
	for (const { says } of terms) expect(says).toMatch(/^[A-Z][^.!?]*\.$/);
});

test('a word is found in any of its forms and any case', () => {
	expect(termNamed(terms, 'Queues')?.id).toBe('queue');
	expect(termNamed(terms, ' p50 ')?.id).toBe('median');
	expect(termNamed(terms, 'turtle')).toBeUndefined();
});

test('a wrong entry is refused with file and line', () => {
	expect(() => readGlossary('- id: a\n  term: A\n  says: B.\n- id: c\n  term: C\n', 'g.yaml')).toThrow(
		/^g\.yaml:4: \[1\]\.says is missing: /
	);
});
