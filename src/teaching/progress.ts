import { z } from 'zod';
import { InputError, parseJson } from '#record/input.ts';
import type { Judgement } from './goal.ts';
import type { Guess } from './prediction.ts';

/** The part of the browser's `Storage` that is used. */
export interface Shelf {
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
	removeItem(key: string): void;
}

/** What one learner did in one lesson. */
export type LessonProgress = z.output<typeof LessonProgressSchema>;
export type ProgressBook = z.output<typeof BookSchema>;

export const progressKey = 'golangia.progress';
/** Text that could not be read is moved here before a new book is begun. */
export const unreadableKey = 'golangia.progress.unreadable';
const version = 1;

const GuessSchema = z.union([z.number(), z.array(z.string()).max(10)]);
const ResultSchema = z.strictObject({
	met: z.boolean(),
	/** By measure; null stands for "never answered". */
	values: z.record(z.string(), z.number().nullable())
});
const LessonProgressSchema = z.strictObject({
	prediction: z
		.strictObject({ guess: GuessSchema, outcome: z.enum(['right', 'close', 'off']).optional() })
		.optional(),
	/** The best result so far: met before missed, then the greatest room in the tightest objective. */
	best: ResultSchema.extend({ room: z.number() }).optional(),
	/** The goal was met once; it stays so. */
	done: z.boolean().default(false),
	/** How many of the three hints were opened. */
	hints: z.int().min(0).max(3).default(0)
});
const BookSchema = z.strictObject({
	version: z.literal(version),
	lessons: z.record(z.string(), LessonProgressSchema).default({})
});

const blank: LessonProgress = { done: false, hints: 0 };
const emptyBook = (): ProgressBook => ({ version, lessons: {} });

/**
 * A learner's progress, kept in the storage it is handed. Storage that is missing, blocked or broken costs
 * nothing but the keeping: it works on in memory and says so once. A book written by a newer version is left
 * as it is.
 */
export class Progress {
	#book: ProgressBook;
	#shelf: Shelf | undefined;
	#say: (message: string) => void;

	/** `say` hears, at most once, a sentence for the learner. Hand in a function that gets the storage: getting it can throw. */
	constructor(storage: () => Shelf | undefined, say: (message: string) => void = () => undefined) {
		this.#say = say;
		this.#book = emptyBook();
		try {
			this.#shelf = storage();
			if (this.#shelf === undefined) this.#giveUp('This browser offers no storage');
			else this.#load(this.#shelf);
		} catch {
			this.#giveUp('This browser blocks storage');
		}
	}

	/** An immutable picture: a new object after every change. */
	get book(): ProgressBook {
		return this.#book;
	}

	/** True while changes outlive the page. */
	get kept(): boolean {
		return this.#shelf !== undefined;
	}

	lesson(slug: string): LessonProgress {
		return this.#book.lessons[slug] ?? blank;
	}

	/** The learner's guess, before the run. */
	predicted(slug: string, guess: Guess): void {
		this.#change(slug, { prediction: { guess: typeof guess === 'number' ? guess : [...guess] } });
	}

	/** What became of the guess. */
	scored(slug: string, outcome: 'right' | 'close' | 'off'): void {
		const { prediction } = this.lesson(slug);
		if (prediction !== undefined) this.#change(slug, { prediction: { ...prediction, outcome } });
	}

	/** `count` hints are open now; it never goes down. */
	hinted(slug: string, count: 1 | 2 | 3): void {
		this.#change(slug, { hints: Math.max(count, this.lesson(slug).hints) });
	}

	/** A finished run at the goal. */
	judged(slug: string, { met, objectives }: Judgement): void {
		const { best, done } = this.lesson(slug);
		const room = Math.max(
			-1e9,
			Math.min(...objectives.map((one) => (Number.isNaN(one.room) ? -Infinity : one.room)))
		);
		const values = Object.fromEntries(
			objectives.map(({ objective, value }) => [objective.measure, Number.isFinite(value) ? value : null])
		);
		const better = best === undefined || (met && !best.met) || (met === best.met && room > best.room);
		this.#change(slug, { done: done || met, ...(better ? { best: { met, values, room } } : {}) });
	}

	/** The whole book as JSON text, for a file. */
	export(): string {
		return `${JSON.stringify(this.#book, null, '\t')}\n`;
	}

	/** Put the book of a file in place of this one. @throws InputError, and then nothing has changed. */
	import(text: string, source = 'progress file'): void {
		const newer = versionOf(text);
		if (newer > version) {
			throw new InputError(
				`${source}: version is ${String(newer)}: this Golangia reads up to ${String(version)}; update it first.`
			);
		}
		this.#keep(parseJson(BookSchema, text, source));
	}

	/** Forget everything, here and in storage. */
	erase(): void {
		this.#book = emptyBook();
		this.#store((shelf) => {
			shelf.removeItem(progressKey);
			shelf.removeItem(unreadableKey);
		});
	}

	#load(shelf: Shelf): void {
		const text = shelf.getItem(progressKey);
		if (text === null) return;
		if (versionOf(text) > version) {
			this.#giveUp('Your progress was kept by a newer Golangia and is left untouched');
			return;
		}
		try {
			this.#book = parseJson(BookSchema, text, progressKey);
		} catch {
			shelf.setItem(unreadableKey, text);
			this.#say(
				`Your kept progress could not be read; it was put aside as "${unreadableKey}" and a new book begun.`
			);
			this.#say = () => undefined;
		}
	}

	#change(slug: string, change: Partial<LessonProgress>): void {
		this.#keep({
			...this.#book,
			lessons: { ...this.#book.lessons, [slug]: { ...this.lesson(slug), ...change } }
		});
	}

	#keep(book: ProgressBook): void {
		this.#book = book;
		this.#store((shelf) => {
			shelf.setItem(progressKey, JSON.stringify(book));
		});
	}

	#store(write: (shelf: Shelf) => void): void {
		if (this.#shelf === undefined) return;
		try {
			write(this.#shelf);
		} catch {
			this.#giveUp('This browser has no room to keep your progress');
		}
	}

	#giveUp(why: string): void {
		this.#shelf = undefined;
		this.#say(`${why}; what you do now is remembered until you close this page.`);
		this.#say = () => undefined;
	}
}

/** The version a book says it has; 0 when it says none. */
function versionOf(text: string): number {
	try {
		const value = JSON.parse(text) as { version?: unknown } | null;
		return typeof value?.version === 'number' ? value.version : 0;
	} catch {
		return 0;
	}
}
