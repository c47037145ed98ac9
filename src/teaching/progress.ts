import { z } from 'zod';
import { InputError, jsonOf, parse } from '#record/input.ts';
import type { Judgement } from './goal.ts';
import { isCurve, type Guess } from './prediction.ts';

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
const version = 2;

const GuessSchema = z.union([z.number(), z.array(z.string()).max(10), z.array(z.number()).max(10)]);
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
	hints: z.int().min(0).max(3).default(0),
	/** Measures of the objectives that some finished run has met; one that was met stays so. */
	reached: z.array(z.string()).max(10).default([])
});
const SettingsSchema = z.strictObject({
	/** Off: a lesson begins with its prediction. */
	story: z.boolean().default(true),
	/** Off: single letters do nothing, for whoever speaks to the machine. */
	keys: z.boolean().default(true)
});
const BookSchema = z.strictObject({
	version: z.literal(version),
	lessons: z.record(z.string(), LessonProgressSchema).default({}),
	settings: SettingsSchema.prefault({})
});
export type Settings = z.output<typeof SettingsSchema>;

/** What makes a book of the version before out of one, by the version it has: steps are added here and never changed. */
const migrations: Readonly<Record<number, (book: Record<string, unknown>) => Record<string, unknown>>> = {
	// 2 brought drawn curves, objectives that stay met and settings; all of 1 is still as it was.
	1: (book) => ({ ...book, version: 2 })
};

const blank: LessonProgress = { done: false, hints: 0, reached: [] };
const emptyBook = (): ProgressBook => ({ version, lessons: {}, settings: { story: true, keys: true } });

/** A book of this version or an earlier one. @throws InputError */
function readBook(text: string, source: string): ProgressBook {
	let value = jsonOf(text, source);
	for (let from = versionOf(value); from < version; from++) {
		const migrate = migrations[from];
		if (migrate === undefined) break;
		value = migrate(value as Record<string, unknown>);
	}
	return parse(BookSchema, value, source);
}

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
		this.#change(slug, { prediction: { guess: copied(guess) } });
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
		const { best, done, reached } = this.lesson(slug);
		const room = Math.max(
			-1e9,
			Math.min(...objectives.map((one) => (Number.isNaN(one.room) ? -Infinity : one.room)))
		);
		const values = Object.fromEntries(
			objectives.map(({ objective, value }) => [objective.measure, Number.isFinite(value) ? value : null])
		);
		const better = best === undefined || (met && !best.met) || (met === best.met && room > best.room);
		const now = objectives.flatMap(({ objective, met }) => (met ? [objective.measure] : []));
		this.#change(slug, {
			done: done || met,
			reached: [...new Set([...reached, ...now])],
			...(better ? { best: { met, values, room } } : {})
		});
	}

	/** How the learner wants the lessons. */
	get settings(): Settings {
		return this.#book.settings;
	}

	set(change: Partial<Settings>): void {
		this.#keep({ ...this.#book, settings: { ...this.#book.settings, ...change } });
	}

	/** The whole book as JSON text, for a file. */
	export(): string {
		return `${JSON.stringify(this.#book, null, '\t')}\n`;
	}

	/** Put the book of a file in place of this one. @throws InputError, and then nothing has changed. */
	import(text: string, source = 'progress file'): void {
		const newer = versionOf(safely(text));
		if (newer > version) {
			throw new InputError(
				`${source}: version is ${String(newer)}: this Golangia reads up to ${String(version)}; update it first.`
			);
		}
		this.#keep(readBook(text, source));
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
		if (versionOf(safely(text)) > version) {
			this.#giveUp('Your progress was kept by a newer Golangia and is left untouched');
			return;
		}
		try {
			this.#book = readBook(text, progressKey);
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
function versionOf(book: unknown): number {
	const said = (book as { version?: unknown } | null | undefined)?.version;
	return typeof said === 'number' ? said : 0;
}

/** Undefined for what is not JSON. */
function safely(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

function copied(guess: Guess): z.output<typeof GuessSchema> {
	if (typeof guess === 'number') return guess;
	return isCurve(guess) ? [...guess] : [...guess.map(String)];
}
