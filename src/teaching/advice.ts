import type { Lesson } from './lesson.ts';
import { wordsIn, type LessonProse } from './prose.ts';

/** Words of story before a learner does something. */
export const mostStoryWords = 80;
/** A careful reader of technical prose. */
const wordsPerMinute = 200;
/** Making a prediction, watching the run, working on the goal and taking the lever away. */
const doingMinutes = 4;

/** Minutes that the text and the doing take, to compare with what the lesson promises. */
export function minutesOf({ sections }: LessonProse): number {
	const words = Object.values(sections).reduce((sum, { text }) => sum + wordsIn(text), 0);
	return words / wordsPerMinute + doingMinutes;
}

/** What an author should look at, though the lesson works: one sentence each. */
export function adviceOn(lesson: Lesson, prose: LessonProse): readonly string[] {
	const story = wordsIn(prose.sections.story.text);
	const minutes = minutesOf(prose);
	const advice: string[] = [];
	if (story > mostStoryWords) {
		advice.push(
			`The story has ${String(story)} words: ${String(mostStoryWords)} are enough before the learner does something.`
		);
	}
	if (minutes > lesson.minutes) {
		advice.push(
			`It takes about ${minutes.toFixed(1)} minutes and promises ${String(lesson.minutes)}: shorten it or promise more.`
		);
	}
	const parts: readonly (readonly [boolean, string])[] = [
		[
			lesson.run.stops.length === 0,
			'no stops: add run.stops, so that the run stops where something is to be noticed'
		],
		[lesson.follow === undefined, 'no request followed through: add follow'],
		[lesson.solution.stops.length === 0, 'no commentary in "show me": add solution.stops'],
		[lesson.recall.length === 0, 'no question for a later door: add recall']
	];
	for (const [lacks, what] of parts) if (lacks) advice.push(`It has ${what}.`);
	return advice;
}
