import type { Millis } from '#balancer/strategy.ts';
import type { Totals } from '#record/estimate/figures.ts';
import { Playback } from '#record/playback.ts';
import { Engine, type LiveChange } from './engine.ts';
import type { Scenario } from './scenario.ts';
import { type Attach, type Mark, Marks, type Remember } from './marks.ts';
import { Scout } from './scout.ts';
import { playedIn, Sleepers } from './sleepers.ts';

/** Where a run parted into two futures. */
export interface Fork {
	readonly at: Millis;
	/** What both lanes had counted by then; undefined while the run is before that moment. */
	readonly totals: Totals | undefined;
}

/** How long it is at most to the next look whether a mark is due. */
const stepMs = 1000;
/** To listen to a stretch of the run takes so many times as long as to run through it. */
const heardOverUnheard = 4;
/** While a millisecond of the run passes, so many do for the engines that will sleep behind it. */
const climb = 2;
/** In a rest they have about so many requests: a few milliseconds’ worth. */
const restRequests = 2000;

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
	#marks = new Marks();
	#sleepers = new Sleepers();
	#scout = new Scout();
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
		const mark = this.#markFor(at);
		if (at < this.now || (mark !== undefined && this.#isShorter(mark))) this.#goBy(mark, at);
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

	/** Make the ways back and on shorter while there is nothing else to do: call it again as long as it is true. */
	rest(): boolean {
		return (
			this.#scout.goOn(this.worlds, this.#marks, this.#attach) ||
			this.#sleepers.climb(this.worlds, restRequests * this.#msARequest, this.#known)
		);
	}

	/** Tell whoever waits for an answer that none will come. */
	close(): void {
		for (const engine of this.worlds) engine.close();
	}

	protected override runUntil(at: Millis): void {
		for (let next = this.now + stepMs; next < at && !this.ended; next += stepMs) {
			this.#passUntil(next);
			this.#sleepers.climb(this.worlds, climb * stepMs, this.now);
		}
		const { now } = this;
		this.#passUntil(at);
		if (!this.ended) this.#sleepers.climb(this.worlds, climb * (this.now - now), this.now);
	}

	#passUntil(at: Millis): void {
		const fork = this.#fork;
		if (fork !== undefined && fork.totals === undefined && at >= fork.at) {
			super.runUntil(fork.at);
			this.#keepTotals();
		}
		super.runUntil(at);
		this.#marks.add(this.worlds, this.#remember);
	}

	/** As far as is known, and no more than a second. */
	get #msARequest(): Millis {
		const { at, sent } = this.#marks.last(this.worlds) ?? { at: this.now, sent: this.worlds[0]?.sent ?? 0 };
		return Math.min(stepMs, at / sent || stepMs) / this.worlds.length;
	}

	/** Up to where it is known what happens. */
	get #known(): Millis {
		return Math.max(this.now, this.#marks.last(this.worlds)?.at ?? 0);
	}

	/** The lanes are others. */
	#forgetPast(): void {
		this.#marks.forget();
		this.#sleepers.forget();
		this.#scout.forget();
	}

	#keepTotals(): void {
		const totals = this.worlds[0]?.metrics.totals();
		if (this.#fork !== undefined) this.#fork = { ...this.#fork, totals };
	}

	#markFor(at: Millis): Mark | undefined {
		return this.#marks.before(at, this.worlds, this.#scout.knows(at, this.worlds) ?? this.worlds);
	}

	/** Whether it takes less to run unheard to a mark ahead than to go on to it, heard. */
	#isShorter({ at }: Mark): boolean {
		// What both futures had counted is not known before they have come there.
		if (this.#fork !== undefined && this.#fork.totals === undefined) return false;
		return at - this.#sleepers.nearest(at, this.worlds) < heardOverUnheard * (at - this.now);
	}

	/** By way of a mark, or of the beginning. */
	#goBy(mark: Mark | undefined, at: Millis): void {
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
