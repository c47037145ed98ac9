import { expect, test } from 'vitest';
import { catalogue, loadLesson } from '#teaching/catalogue.ts';
import { sectionNames } from '#teaching/module.ts';

test('the catalogue lists the lessons in order, with no more than a table of contents needs', () => {
	const numbers = catalogue.map(({ number }) => number);
	expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
	expect(numbers).toContain(1);
	expect(numbers).toContain(3);
	for (const entry of catalogue) {
		expect(Object.keys(entry).toSorted()).toEqual([
			'chapter',
			'language',
			'minutes',
			'number',
			'slug',
			'summary',
			'title'
		]);
	}
});

test.each(catalogue.map(({ slug }) => slug))(
	'lesson %s compiles to sections, figures, marks and lit source',
	async (slug) => {
		const compiled = await loadLesson(slug);
		expect(compiled?.lesson.slug).toBe(slug);
		for (const name of sectionNames) expect(compiled?.sections[name]).toContain('<p>');
		expect(compiled?.sections.why).toMatch(/<data class="figure" value="[\d.]+" data-run="[\w-]+\/p\d\d">/);
		expect(`${String(compiled?.sections.why)}${String(compiled?.elsewhere)}`).toContain(
			`<span class="mark" data-strategy="${String(compiled?.lesson.strategy.name)}" style="--colour: var(--`
		);
		expect(compiled?.elsewhere).toContain('--shiki-light');
		expect(compiled?.source.html).toMatch(/class="line lit"/);
	},
	30_000
);

test('loadLesson knows no lesson by a name that no folder has', () => {
	expect(loadLesson('99-no-such-lesson')).toBeUndefined();
});
