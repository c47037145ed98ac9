import type { Millis } from '#balancer/strategy.ts';
import type { Followed } from './follow.ts';
import type { Term } from './glossary.ts';
import type { Lesson } from './lesson.ts';
import type { MeasuredLanes } from './prediction.ts';
import type { FoundStop } from './stop.ts';

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
	 * HTML of each section, its heading left out; the story begins with its picture, `<figure class="picture"><svg>`. Numbers that a run vouches for are
	 * `<data class="figure" value="1074.2" data-run="solution/p99">`, strategies `<span class="mark" data-strategy="random">`,
	 * lanes `<span class="mark" data-lane="one">`, marks of the stage `<span class="glyph" data-mark="waiting">`, words of
	 * the glossary `<a class="term" data-says="…">`.
	 */
	readonly sections: Readonly<Record<SectionName, string>>;
	/** The rest of `why`, from its heading "Its name elsewhere" on; empty when it has none. */
	readonly elsewhere: string;
	readonly source: ShownSource;
	/** Words of the glossary that the text links to. */
	readonly terms: readonly Term[];
	/** When the run of each experiment stops, in order of time. */
	readonly stops: Readonly<Record<Experiment, readonly FoundStop[]>>;
	/** The request whose way the explanation follows, and how long one hop takes. */
	readonly followed: { readonly life: Followed; readonly hopMs: Millis } | undefined;
	/** What each run of a curve's points measures; absent for other predictions. */
	readonly curve: MeasuredLanes | undefined;
}

/** What can stand on a lesson's stage: the comparison of the lanes, or one of the three settings of the goal. */
export type Experiment = 'compare' | 'goal' | 'solution' | 'ablation';

/** The real source of the lesson's strategy, coloured by `--shiki-light` and `--shiki-dark`; lit lines have the class `lit`. */
export interface ShownSource {
	/** As a page shows the strategy's name. */
	readonly title: string;
	/** From the project's root. */
	readonly file: string;
	readonly html: string;
}
