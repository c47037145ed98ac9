import { catalogue, glossary, loadLesson } from '#teaching/catalogue.ts';
import type { PageServerLoad } from './$types';

/** Every word, and the lessons that use it. */
export const load: PageServerLoad = async () => {
	const used = await Promise.all(
		catalogue.map(async ({ slug, number, title }) => {
			const compiled = await loadLesson(slug);
			return { slug, number, title, ids: (compiled?.terms ?? []).map(({ id }) => id) };
		})
	);
	return {
		terms: glossary.map(({ id, term, says }) => ({
			id,
			term,
			says,
			lessons: used
				.filter(({ ids }) => ids.includes(id))
				.map(({ slug, number, title }) => ({ slug, number, title }))
		}))
	};
};
