import { counted } from './number.ts';

export const glossary = {
	title: 'Glossary',
	description: 'The words of load balancing that the lessons use, one sentence each.',
	kicker: 'Lessons',
	heading: 'Glossary',
	lede: 'The words of the field, one sentence each, and the lessons that use them.',
	/** Before the numbers of the lessons that use a word. */
	lessons: counted({ one: 'Lesson', other: 'Lessons' }),
	lesson: (number: number, title: string): string => `Lesson ${String(number)}, ${title}`
};
