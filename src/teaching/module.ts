import type { Lesson } from './lesson.ts';

/** The sections of a `lesson.md`, in their order, by the heading that opens each. */
export const sectionHeadings = {
	story: 'Story',
	predict: 'Predict',
	run: 'Run',
	why: 'Why',
	goal: 'Goal',
	away: 'Take it away',
	debrief: 'Debrief'
} as const;
export type SectionName = keyof typeof sectionHeadings;
export const sectionNames = Object.keys(sectionHeadings) as SectionName[];

/** A lesson ready for a page: what the module of its `lesson.yaml` exports. */
export interface CompiledLesson {
	readonly lesson: Lesson;
	/**
	 * HTML of each section, its heading left out. Numbers that a run vouches for are
	 * `<data class="figure" value="1074.2" data-run="solution/p99">`, strategies `<span class="mark" data-strategy="random">`.
	 */
	readonly sections: Readonly<Record<SectionName, string>>;
	readonly source: ShownSource;
}

/** The real source of the lesson's strategy, coloured by `--shiki-light` and `--shiki-dark`; lit lines have the class `lit`. */
export interface ShownSource {
	/** As a page shows the strategy's name. */
	readonly title: string;
	/** From the project's root. */
	readonly file: string;
	readonly html: string;
}
