import { error } from '@sveltejs/kit';
import { catalogue, loadLesson } from '#teaching/catalogue.ts';
import { siteWords } from '#words/site.ts';
import type { EntryGenerator, PageLoad } from './$types';

export const entries: EntryGenerator = () => catalogue.map(({ slug }) => ({ lesson: slug }));

export const load: PageLoad = async ({ params, data }) => {
	const compiled = await loadLesson(params.lesson);
	if (compiled === undefined) error(404, siteWords.missing.lesson(params.lesson));
	const place = catalogue.findIndex(({ slug }) => slug === params.lesson);
	return { ...data, compiled, previous: catalogue[place - 1], next: catalogue[place + 1] };
};
