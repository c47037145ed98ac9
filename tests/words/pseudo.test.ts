import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { beforeAll, expect, test, vi } from 'vitest';
import { shelf } from '#balancer/strategies/index.ts';
import { presets } from '#simulator/presets.ts';
import type { CompiledLesson } from '#teaching/module.ts';
import { measureNames, measures } from '#teaching/measure.ts';
import { unsaid } from './rendered.ts';

// Everything the interface says comes in ⟦brackets⟧, and what lessons say is put into ⟦brackets⟧ here: what is left was not translated.
beforeAll(() => {
	vi.stubEnv('VITE_LANGUAGE', 'pseudo');
});

const slug = '03-the-carousel';

function html(page: unknown, data: unknown): string {
	const { head, body } = render(page as Component<{ data: unknown }>, { props: { data } });
	return head + body;
}

/** All texts of a lesson or of a page's data, in brackets; ids, colours, paths and names of code stay. */
function bracketed(data: unknown, key = ''): unknown {
	if (typeof data === 'string') return told.has(key) ? `⟦${data.replace(/<[^>]*>/g, '')}⟧` : data;
	if (Array.isArray(data)) return data.map((entry) => bracketed(entry, key));
	if (typeof data !== 'object' || data === null) return data;
	return Object.fromEntries(Object.entries(data).map(([name, inside]) => [name, bracketed(inside, name)]));
}
const told: ReadonlySet<string> = new Set(
	'title chapter summary says label text rule limits hints question reply right close off term story predict run why goal away debrief elsewhere html unit'.split(
		' '
	)
);

/** What the rest of the code names: measures with their units, strategies, presets. */
const names = new Set([
	...measureNames.map((name) => measures[name].title),
	...[...Object.values(shelf), ...presets].flatMap(({ title, says }) => [title, says])
]);

/** What a stage draws of a strategy's own words, line by line, and of servers' names. */
const isOwn = (text: string): boolean =>
	/^(→ )?([A-Z]\d*|auto-\d+)$/.test(text) ||
	Object.values(shelf).some(({ title, says }) => title.includes(text) || says.includes(text));

test('the first page says nothing but what a translation has', async () => {
	const { default: Page } = await import('../../src/routes/+page.svelte');
	const { load } = await import('../../src/routes/+page.server.ts');
	const page = html(Page, bracketed(await (load as () => unknown)()));
	expect(page).toContain('⟦One gate, many castles, and a monster made of travellers⟧');
	expect(unsaid(page, names)).toEqual(['npm start', 'curl localhost:8080', 'npm test']);
});

test('a lesson says nothing but what a translation has, and that it is not translated itself', async () => {
	const { default: Page } = await import('../../src/routes/learn/[lesson]/+page.svelte');
	const { finalFigures } = await import('../../src/routes/learn/[lesson]/final.ts');
	const { catalogue, loadLesson } = await import('#teaching/catalogue.ts');
	const compiled = (await loadLesson(slug)) as CompiledLesson;
	const [previous, next] = catalogue;
	const card = { ...compiled.lesson.recall[0], slug, number: 3, title: compiled.lesson.title, link: '' };
	const data = {
		compiled,
		previous,
		next,
		final: finalFigures(compiled.lesson),
		door: { chapter: 'The Siege', cards: [card] },
		ending: [card]
	};
	const page = html(Page, bracketed(data));
	expect(page).toContain('⟦This lesson is not translated yet. It stands here in English.⟧');
	expect(unsaid(page, names).filter((text) => !isOwn(text))).toEqual([]);
	expect(page).toContain('⟦Traffic Overload⟧');
});

test('the glossary says nothing but what a translation has', async () => {
	const { default: Page } = await import('../../src/routes/learn/glossary/+page.svelte');
	const { load } = await import('../../src/routes/learn/glossary/+page.server.ts');
	const page = html(Page, bracketed(await (load as () => Promise<unknown>)()));
	expect(unsaid(page, names)).toEqual([]);
});

test('the playground says nothing but what a translation has', async () => {
	const { default: Page } = await import('../../src/routes/play/+page.svelte');
	const { default: MoreControls } = await import('../../src/routes/play/MoreControls.svelte');
	const { Luck } = await import('../../src/routes/play/luck.svelte.ts');
	const { Playground } = await import('../../src/routes/play/playground.svelte.ts');
	const { Shown } = await import('../../src/routes/play/shown.svelte.ts');
	const play = new Playground();
	const more = {
		play,
		shown: new Shown(play),
		luck: new Luck(),
		scenarios: () => [play.whole],
		onaddress: () => undefined,
		onopened: () => undefined
	};
	const page = html(Page, {}) + render(MoreControls, { props: more }).body;
	expect(page).toContain('⟦Choose a strategy, shape the traffic, break something.');
	expect(page).toContain('⟦Copy as command⟧');
	expect(unsaid(page, names).filter((text) => !isOwn(text))).toEqual([
		"await fetch('https://golangia.example/anything')"
	]);
});

test('the gallery says nothing but what a translation has', async () => {
	const { default: Page } = await import('../../src/routes/gallery/+page.svelte');
	const page = html(Page, {});
	expect(page).toContain('⟦Nothing flies: places, windows and counters tell the same overload.⟧');
	expect(unsaid(page, names).filter((text) => !isOwn(text))).toEqual([]);
});
