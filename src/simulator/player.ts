import type { Millis } from '#balancer/strategy.ts';
import { Engine, type LiveChange } from './engine.ts';
import type { Change, Scenario } from './scenario.ts';

/** After a pause of the page (a hidden tab) the run goes on where it was instead of leaping. */
const longestFrameMs = 100;

/**
 * One clock for one or several runs side by side. It turns wall time into virtual time and nothing else: what
 * happens is the engines' alone, so no frame rate and no speed can change a run.
 */
export class Player {
	playing = false;
	/** Virtual milliseconds for each wall millisecond. */
	speed = 1;
	#scenarios: readonly Scenario[];
	#attach: (engine: Engine, lane: number) => void;
	#engines: Engine[];

	/** `attach` is called for each lane's engine before anything happens in it, and again after each rebuilding. */
	constructor(scenarios: readonly Scenario[], attach: (engine: Engine, lane: number) => void) {
		this.#scenarios = scenarios;
		this.#attach = attach;
		this.#engines = this.#build();
	}

	get engines(): readonly Engine[] {
		return this.#engines;
	}

	get now(): Millis {
		return Math.max(...this.#engines.map((engine) => engine.now));
	}

	get durationMs(): Millis {
		return Math.max(...this.#scenarios.map((scenario) => scenario.durationMs));
	}

	get ended(): boolean {
		return this.#engines.every((engine) => engine.ended);
	}

	/** A frame of the page: `wallMs` have passed since the last one. It goes no further than `until`. */
	tick(wallMs: Millis, until: Millis = Infinity): void {
		if (!this.playing) return;
		this.#runUntil(Math.min(until, this.now + Math.min(wallMs, longestFrameMs) * this.speed));
		if (this.ended) this.playing = false;
	}

	/** On to the next decision of the first lane; lanes share their arrivals, so the others decide then too. */
	step(): void {
		this.playing = false;
		this.#engines[0]?.runToNextPick();
		this.#runUntil(this.now);
	}

	/** To any moment: back means again from the start, which gives the same run. */
	seek(at: Millis): void {
		if (at < this.now) this.#rebuild();
		this.#runUntil(at);
	}

	/** On to the end at once. */
	finish(): void {
		for (const engine of this.#engines) engine.runToEnd();
		this.#runUntil(this.now);
		this.playing = false;
	}

	restart(): void {
		this.#rebuild();
	}

	/** Change something now, in every lane. */
	apply(change: LiveChange): void {
		for (const engine of this.#engines) engine.apply(change);
	}

	/** Start over with these changes instead of those made so far, and come back to this moment. */
	replaceChanges(changes: readonly Change[]): void {
		const at = this.now;
		this.#scenarios = this.#scenarios.map((scenario) => ({ ...scenario, changes: [...changes] }));
		this.close();
		this.#engines = this.#build();
		this.#runUntil(at);
	}

	/** Tell whoever waits for an answer that none will come. */
	close(): void {
		for (const engine of this.#engines) engine.close();
	}

	#runUntil(at: Millis): void {
		for (const engine of this.#engines) engine.runUntil(at);
	}

	#rebuild(): void {
		this.#scenarios = this.#engines.map(({ scenario, changes }) => ({ ...scenario, changes: [...changes] }));
		this.close();
		this.#engines = this.#build();
	}

	#build(): Engine[] {
		return this.#scenarios.map((scenario, lane) => {
			const engine = new Engine(scenario);
			this.#attach(engine, lane);
			engine.runUntil(0);
			return engine;
		});
	}
}
