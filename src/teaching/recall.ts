import { z } from 'zod';
import type { LessonHead } from './lesson.ts';

const Says = z.string().trim().min(1).max(300);

const RecallCardSchema = z
	.strictObject({
		question: Says,
		/** Two to four; exactly one is right, and each is replied to. */
		answers: z
			.array(z.strictObject({ says: Says, right: z.boolean().default(false), reply: Says }))
			.min(2)
			.max(4),
		/** The run of its lesson that shows it: whoever is wrong is sent there, not to a text. */
		run: z.string()
	})
	.refine(({ answers }) => answers.filter(({ right }) => right).length === 1, {
		path: ['answers'],
		error: 'needs exactly one with right: true'
	});

export const RecallSchema = z.array(RecallCardSchema).max(3).default([]);

/** A question about one lesson, asked again at the door of a later chapter. */
export type RecallCard = z.output<typeof RecallCardSchema>;

/** A card and the lesson that it is from. */
export interface DealtCard<From extends LessonHead = LessonHead> {
	readonly from: From;
	readonly card: RecallCard;
	/** Its place among the lesson's cards. */
	readonly index: number;
}

export const cardsAtADoor = 3;

/**
 * The cards at the door behind these lessons: of the first, the middle and the last of them that have any; of fewer
 * lessons also the further ones. They come in the order of the lessons.
 */
export function dealt<From extends LessonHead & { readonly recall: readonly RecallCard[] }>(
	lessons: readonly From[]
): readonly DealtCard<From>[] {
	const asking = lessons.filter(({ recall }) => recall.length > 0);
	const last = asking.length - 1;
	const spread = [...new Set([0, last >> 1, last])].flatMap((place) => asking[place] ?? []);
	const cards = spread.flatMap((from) => from.recall.map((card, index) => ({ from, card, index })));
	return cards
		.toSorted((a, b) => a.index - b.index)
		.slice(0, cardsAtADoor)
		.toSorted((a, b) => a.from.number - b.from.number);
}

/** The lessons behind the door that stands before this one: the chapter that has ended; none where no chapter begins. */
export function behindTheDoor<Head extends LessonHead>(
	heads: readonly Head[],
	slug: string
): readonly Head[] {
	const place = heads.findIndex((head) => head.slug === slug);
	const [last, next] = [heads[place - 1], heads[place]];
	if (last === undefined || last.chapter === next?.chapter) return [];
	return heads.filter(({ chapter }) => chapter === last.chapter);
}
