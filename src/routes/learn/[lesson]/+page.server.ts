import { error } from '@sveltejs/kit';
import { linkOf } from '#simulator/link.ts';
import { catalogue, loadLesson } from '#teaching/catalogue.ts';
import { scenariosOf, type Lesson, type LessonHead } from '#teaching/lesson.ts';
import { behindTheDoor, dealt } from '#teaching/recall.ts';
import { siteWords } from '#words/site.ts';
import type { PageServerLoad } from './$types';
import { finalFigures } from './final.ts';

/** What is run while the page is built, so that it stands on paper and without scripts. */
export const load: PageServerLoad = async ({ params }) => {
	const compiled = await loadLesson(params.lesson);
	if (compiled === undefined) error(404, siteWords.missing.lesson(params.lesson));
	const { slug, chapter } = compiled.lesson;
	const behind = behindTheDoor(catalogue, slug);
	const ends = catalogue.at(-1)?.slug === slug;
	const ending = ends ? catalogue.filter((head) => head.chapter === chapter) : [];
	return {
		final: finalFigures(compiled.lesson),
		door: { chapter: behind[0]?.chapter ?? '', cards: await cardsFor(behind) },
		ending: await cardsFor(ending)
	};
};

async function cardsFor(heads: readonly LessonHead[]) {
	const lessons = await Promise.all(heads.flatMap(({ slug }) => loadLesson(slug) ?? []));
	const cards = dealt(lessons.map(({ lesson }) => lesson));
	return cards.map(({ from, card: { question, answers, run } }) => ({
		question,
		answers,
		slug: from.slug,
		number: from.number,
		title: from.title,
		link: linkFor(from, run)
	}));
}

function linkFor(lesson: Lesson, run: string): string {
	const scenario = scenariosOf(lesson)[run];
	return scenario === undefined ? '' : linkOf(scenario);
}
