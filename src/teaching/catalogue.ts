import type { Term } from './glossary.ts';
import type { LessonHead } from './lesson.ts';
import type { CompiledLesson } from './module.ts';

const heads = import.meta.glob<LessonHead>('/lessons/en/*/lesson.yaml', {
	query: '?head',
	import: 'head',
	eager: true
});
const modules = import.meta.glob<CompiledLesson>('/lessons/en/*/lesson.yaml');

const [words] = Object.values(
	import.meta.glob<readonly Term[]>('/lessons/en/glossary.yaml', { import: 'glossary', eager: true })
);

/** Words of the field, in the order of the alphabet. */
export const glossary: readonly Term[] = words ?? [];

/** All lessons in their order: what a table of contents needs, and no more. */
export const catalogue: readonly LessonHead[] = Object.values(heads).toSorted((a, b) => a.number - b.number);

/** One lesson, loaded as a chunk of its own; undefined when there is none by that name. */
export function loadLesson(slug: string): Promise<CompiledLesson> | undefined {
	return modules[`/lessons/en/${slug}/lesson.yaml`]?.();
}
