import type { Millis } from '#balancer/strategy.ts';
import type { Engine } from './engine.ts';
import { changesBy, type Team } from './sleepers.ts';

/** Lets a lane's new engine be listened to, by a page unless `ahead`. What it may return remembers what is known by its listeners at some moment. */
export type Attach = (engine: Engine, lane: number, ahead?: boolean) => Remember | undefined;

/** What it returns is called with other engines that have come to the same moment unheard. */
export type Remember = () => Attach;

/** A moment, and what was known of it. */
export interface Mark {
	readonly at: Millis;
	/** By lane; `changes`: how many there had been. */
	readonly lanes: readonly { readonly attach: Attach; readonly changes: number }[];
	/** Requests sent by then, and those answered in each lane. */
	readonly sent: number;
	readonly answered: number;
	readonly weight: number;
}

/** Of the metrics. */
const windowMs = 1000;
/** Requests from mark to mark, twice as many each time that the marks weigh too much together. */
const firstSpacing = 2000;
/** What is remembered is mostly who is inside: so many in all marks, of which each counts for some more. */
const mostWeight = 8000;
const leastWeight = 125;
/** So many answers are heard after a mark, and at least as many of the latest before it are nothing to listeners any more; see `Lives`. */
const fewestAnswers = 1000;

/** What listeners knew at some moments of a run, in their order. */
export class Marks {
	#marks: readonly Mark[] = [];
	#spacing = firstSpacing;

	/** The run is another. */
	forget(): void {
		this.#marks = [];
	}

	/** The last that still holds. */
	last(run: Team): Mark | undefined {
		return this.#marks.findLast((mark) => holds(mark, run));
	}

	/** Remember the moment that this team has come to, if it is far enough from the one before. */
	add(team: Team, remember: readonly (Remember | undefined)[]): void {
		const now = Math.max(...team.map((engine) => engine.now));
		const last = this.#marks.at(-1);
		const sent = Math.max(...team.map((engine) => engine.sent));
		if (last !== undefined && last.at > now) {
			this.#marks = this.#marks.filter((mark) => holds(mark, team));
			if (last === this.#marks.at(-1)) return;
		}
		if (sent - (this.#marks.at(-1)?.sent ?? 0) < this.#spacing) return;
		const weight = team.reduce((sum, { inside }) => sum + inside, leastWeight);
		// Of such a crowd a single mark would take longer than a frame.
		if (weight > mostWeight / 2) return;
		const lanes = team.flatMap((engine, lane) => {
			const attach = remember[lane]?.();
			return attach === undefined ? [] : { attach, changes: changesBy(engine, now) };
		});
		if (lanes.length < team.length) return;
		const answered = Math.min(...team.map((engine) => engine.sent - engine.inside));
		this.#marks = [...this.#marks, { at: now, lanes, sent, answered, weight }];
		while (this.#marks.length > 1 && weightOf(this.#marks) > mostWeight) {
			this.#spacing *= 2;
			this.#marks = this.#marks.filter((_, i) => i % 2 === 1);
		}
	}

	/** From where on all must be heard to know all of a moment. `known`: those who have come furthest. */
	before(at: Millis, run: Team, known: Team): Mark | undefined {
		const marks = this.#marks.filter((mark) => mark.at <= at && holds(mark, run));
		const answered = marks.at(-1)?.answered ?? 0;
		return marks.findLast(
			(mark) =>
				answered - mark.answered >= fewestAnswers || answersBetween(mark.at, at, known) >= fewestAnswers
		);
	}
}

/** Nothing has been changed before it since. */
function holds({ at, lanes }: Mark, run: Team): boolean {
	return run.every((engine, lane) => changesBy(engine, at) === lanes[lane]?.changes);
}

/** At least so many, in each lane: of whole seconds. */
function answersBetween(from: Millis, to: Millis, team: Team): number {
	const counts = team.map(({ metrics: { windows } }) => {
		const between = windows.filter(({ at }) => at - windowMs >= from && at <= to);
		return between.reduce((sum, { ok, failed }) => sum + ok + failed, 0);
	});
	return Math.min(...counts);
}

function weightOf(marks: readonly Mark[]): number {
	return marks.reduce((sum, { weight }) => sum + weight, 0);
}
