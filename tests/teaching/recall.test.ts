import { expect, test } from 'vitest';
import { behindTheDoor, dealt, RecallSchema, type RecallCard } from '#teaching/recall.ts';

const card = (question: string): RecallCard => ({
	question,
	answers: [
		{ says: 'yes', right: true, reply: 'So it is.' },
		{ says: 'no', right: false, reply: 'See.' }
	],
	run: 'start'
});

const lesson = (number: number, chapter: string, questions: readonly string[]) => ({
	language: 'en',
	slug: `0${String(number)}`,
	number,
	title: String(number),
	chapter,
	summary: '',
	minutes: 5,
	recall: questions.map(card)
});

const six = [
	lesson(1, 'I', ['1a', '1b']),
	lesson(2, 'I', ['2a', '2b']),
	...[3, 4, 5, 6].map((number) => lesson(number, 'II', [`${String(number)}a`]))
];

test('a door stands where a chapter begins, and behind it lies the chapter that ended', () => {
	expect(behindTheDoor(six, '03').map(({ number }) => number)).toEqual([1, 2]);
	for (const slug of ['01', '02', '04', 'none']) expect(behindTheDoor(six, slug)).toEqual([]);
});

test('three cards are dealt: of the first, the middle and the last lesson, or more of fewer lessons', () => {
	const questions = (lessons: typeof six): string[] =>
		dealt(lessons).map(({ card: { question } }) => question);
	expect(questions(six.slice(2))).toEqual(['3a', '4a', '6a']);
	expect(questions(six.slice(0, 2))).toEqual(['1a', '1b', '2a']);
	expect(questions(six.slice(0, 1))).toEqual(['1a', '1b']);
	expect(questions([lesson(7, 'III', [])])).toEqual([]);
});

test('a card has exactly one right answer', () => {
	const answers = card('?').answers;
	expect(RecallSchema.safeParse([{ ...card('?'), answers: [...answers, ...answers] }]).success).toBe(false);
	expect(RecallSchema.safeParse([card('?')]).success).toBe(true);
});
