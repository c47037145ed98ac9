import type { Millis } from '#balancer/strategy.ts';
import type { Totals } from '#record/estimate/figures.ts';
import { Playback } from '#record/playback.ts';
import { Engine, type LiveChange } from './engine.ts';
import type { Scenario } from './scenario.ts';
import { changesBy, playedIn, Sleepers } from './sleepers.ts';

/** Where a run parted into two futures. */
export interface Fork {
	readonly at: Millis;
	/** What both lanes had counted by then; undefined while the run is before that moment. */
	readonly totals: Totals | undefined;
}

/** Lets a lane's new engine be listened to. What it may return remembers what is known by its listeners at some moment. */
export type Attach = (engine: Engine, lane: number) => Remember | undefined;

/** What it returns is called with other engines that have come to the same moment unheard. */
export type Remember = () => Attach;

/** A moment, and what was known of it. */
interface Mark {
	readonly at: Millis;
	/** By lane; `changes`: how many there had been. */
	readonly lanes: readonly { readonly attach: Attach; readonly changes: number }[];
	/** Requests sent by then. */
	readonly sent: number;
	readonly weight: number;
}

/** How long it is at most to the next look whether a mark is due. */
const stepMs = 1000;
/** Of the metrics. */
const windowMs = 1000;
/** Requests from mark to mark, twice as many each time that the marks weigh too much together. */
const firstSpacing = 2000;
/** What is remembered is mostly who is inside: so many in all marks, of which each counts for some more. */
const mostWeight = 8000;
const leastWeight = 125;
/** So many answers are heard after a mark, and at least as many of the latest before it are nothing to listeners any more; see `Lives`. */
const fewestAnswers = 1000;
/** While a millisecond of the run passes, so many do for the engines that will sleep behind it; and in a rest this many. */
const climb = 2;
const restMs = 1000;

/**
 * A clock for one or several runs, whose past can be had again because scenario, changes and seed determine it. An engine that
 * nobody hears is through in no time; what takes long is to listen. So what the listeners know is remembered now and
 * then, and the way back to a moment goes unheard to such a mark, from where an engine sleeps, and only from there on heard.
 */
export class Player extends Playback<Engine> {
	#scenarios: readonly Scenario[];
	#attach: Attach;
	/** By lane. */
	#remember: readonly (Remember | undefined)[] = [];
	/** In their order. */
	#marks: readonly Mark[] = [];
	#spacing = firstSpacing;
	#sleepers = new Sleepers();
	#fork: Fork | undefined;

	/** `attach` is called for each lane's engine before anything happens in it, and again after each rebuilding. */
	constructor(scenarios: readonly Scenario[], attach: Attach) {
		super();
		this.#scenarios = scenarios;
		this.#attach = attach;
		this.#build();
	}

	get engines(): readonly Engine[] {
		return this.worlds;
	}

	get durationMs(): Millis {
		return Math.max(...this.#scenarios.map((scenario) => scenario.durationMs));
	}

	/** Set while there are two futures. */
	get fork(): Fork | undefined {
		return this.#fork;
	}

	override restart(): void {
		this.#giveUp(0);
		this.#build();
	}

	override seek(at: Millis): void {
		if (at < this.now) this.#goBack(at);
		else this.runUntil(at);
	}

	override finish(): void {
		this.runUntil(this.durationMs);
		super.finish();
	}

	/** Change something now: in every lane, or after a fork in the second future only. */
	apply(change: LiveChange): void {
		for (const engine of this.#fork === undefined ? this.worlds : this.worlds.slice(1)) engine.apply(change);
	}

	/**
	 * Part the run here: a second lane with the same past, down to each draw, in which alone things are changed from now on.
	 * @throws RangeError when there are two lanes already.
	 */
	part(): void {
		const [first] = this.worlds;
		if (first === undefined || this.worlds.length > 1)
			throw new RangeError('Two runs side by side cannot be parted: keep one of them first.');
		const at = this.now;
		const past = playedIn(first);
		this.#scenarios = [past, past];
		this.#fork = { at, totals: undefined };
		this.#forgetPast();
		const twin = this.#engine(past, 1);
		this.worlds = [...this.worlds, twin];
		twin.runUntil(at);
		this.#keepTotals();
	}

	/** Of two futures only one goes on, as the only lane. */
	keep(lane: number): void {
		const engine = this.worlds[lane];
		if (this.#fork === undefined || engine === undefined) return;
		this.worlds.forEach((other, i) => {
			if (i !== lane) other.close();
		});
		this.#fork = undefined;
		this.#scenarios = [playedIn(engine)];
		this.worlds = [engine];
		this.#remember = [this.#remember[lane]];
		this.#forgetPast();
	}

	/** Make the way back shorter while there is nothing else to do: call it again as long as it is true. */
	rest(): boolean {
		return this.#sleepers.climb(this.worlds, restMs);
	}

	/** Tell whoever waits for an answer that none will come. */
	close(): void {
		for (const engine of this.worlds) engine.close();
	}

	protected override runUntil(at: Millis): void {
		for (let next = this.now + stepMs; next < at && !this.ended; next += stepMs) {
			this.#passUntil(next);
			this.#sleepers.climb(this.worlds, climb * stepMs);
		}
		const { now } = this;
		this.#passUntil(at);
		if (!this.ended) this.#sleepers.climb(this.worlds, climb * (this.now - now));
	}

	#passUntil(at: Millis): void {
		const fork = this.#fork;
		if (fork !== undefined && fork.totals === undefined && at >= fork.at) {
			super.runUntil(fork.at);
			this.#keepTotals();
		}
		super.runUntil(at);
		this.#mark();
	}

	/** The lanes are others. */
	#forgetPast(): void {
		this.#marks = [];
		this.#sleepers.forget();
	}

	#keepTotals(): void {
		const totals = this.worlds[0]?.metrics.totals();
		if (this.#fork !== undefined) this.#fork = { ...this.#fork, totals };
	}

	/** Remember this moment, if it is far enough from the one before. */
	#mark(): void {
		const last = this.#marks.at(-1);
		const sent = Math.max(...this.worlds.map((engine) => engine.sent));
		if (last !== undefined && last.at > this.now) {
			this.#marks = this.#marks.filter((mark) => this.#holds(mark));
			if (last === this.#marks.at(-1)) return;
		}
		if (sent - (this.#marks.at(-1)?.sent ?? 0) < this.#spacing) return;
		const weight = this.worlds.reduce((sum, { inside }) => sum + inside, leastWeight);
		// Of such a crowd a single mark would take longer than a frame.
		if (weight > mostWeight / 2) return;
		const lanes = this.worlds.flatMap((engine, lane) => {
			const attach = this.#remember[lane]?.();
			return attach === undefined ? [] : { attach, changes: changesBy(engine, this.now) };
		});
		if (lanes.length < this.worlds.length) return;
		this.#marks = [...this.#marks, { at: this.now, lanes, sent, weight }];
		while (this.#marks.length > 1 && weightOf(this.#marks) > mostWeight) {
			this.#spacing *= 2;
			this.#marks = this.#marks.filter((_, i) => i % 2 === 1);
		}
	}

	/** Nothing has been changed before it since. */
	#holds({ at, lanes }: Mark): boolean {
		return this.worlds.every((engine, lane) => changesBy(engine, at) === lanes[lane]?.changes);
	}

	/** At least so many, in each lane: of whole seconds. */
	#answersBetween(from: Millis, to: Millis): number {
		const counts = this.worlds.map(({ metrics: { windows } }) => {
			const between = windows.filter(({ at }) => at - windowMs >= from && at <= to);
			return between.reduce((sum, { ok, failed }) => sum + ok + failed, 0);
		});
		return Math.min(...counts);
	}

	#goBack(at: Millis): void {
		const mark = this.#marks.findLast(
			(one) => this.#holds(one) && this.#answersBetween(one.at, at) >= fewestAnswers
		);
		const team = mark && this.#sleepers.wake(mark.at, this.worlds);
		this.#giveUp(at);
		if (mark === undefined) {
			this.#build();
			this.runUntil(at);
			return;
		}
		this.#remember = [];
		this.worlds = team ?? this.#scenarios.map((scenario) => new Engine(scenario));
		this.#passUntil(mark.at);
		this.#remember = this.worlds.map((engine, lane) => mark.lanes[lane]?.attach(engine, lane));
		this.#passUntil(at);
	}

	/** These engines run no further; others, which will go to a moment before, can have all that was changed in them. */
	#giveUp(before: Millis): void {
		this.#scenarios = this.worlds.map(playedIn);
		this.close();
		const fork = this.#fork;
		if (fork !== undefined && before < fork.at) this.#fork = { ...fork, totals: undefined };
	}

	#build(): void {
		this.worlds = this.#scenarios.map((scenario, lane) => this.#engine(scenario, lane));
	}

	#engine(scenario: Scenario, lane: number): Engine {
		const engine = new Engine(scenario);
		this.#remember = this.#remember.toSpliced(lane, 1, this.#attach(engine, lane));
		engine.runUntil(0);
		return engine;
	}
}

function weightOf(marks: readonly Mark[]): number {
	return marks.reduce((sum, { weight }) => sum + weight, 0);
}
