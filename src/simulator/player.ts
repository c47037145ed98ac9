import type { Millis } from '#balancer/strategy.ts';
import type { Totals } from '#record/estimate/figures.ts';
import { Playback } from '#record/playback.ts';
import { Engine, type LiveChange } from './engine.ts';
import type { Scenario } from './scenario.ts';

/** Where a run parted into two futures. */
export interface Fork {
	readonly at: Millis;
	/** What both lanes had counted by then; undefined while the run is before that moment. */
	readonly totals: Totals | undefined;
}

/** A clock for one or several runs, whose past can be had again because scenario, changes and seed determine it. */
export class Player extends Playback<Engine> {
	#scenarios: readonly Scenario[];
	#attach: (engine: Engine, lane: number) => void;
	#fork: Fork | undefined;

	/** `attach` is called for each lane's engine before anything happens in it, and again after each rebuilding. */
	constructor(scenarios: readonly Scenario[], attach: (engine: Engine, lane: number) => void) {
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
		this.#scenarios = this.#scenarios.map((scenario, lane) => this.#played(lane) ?? scenario);
		this.#rebuild();
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
		const past = this.#played(0);
		if (past === undefined || this.worlds.length > 1)
			throw new RangeError('Two runs side by side cannot be parted: keep one of them first.');
		const at = this.now;
		this.#scenarios = [past, past];
		this.#fork = { at, totals: undefined };
		const twin = this.#engine(past, 1);
		this.worlds = [...this.worlds, twin];
		twin.runUntil(at);
		this.#remember();
	}

	/** Of two futures only one goes on, as the only lane. */
	keep(lane: number): void {
		const engine = this.worlds[lane];
		if (this.#fork === undefined || engine === undefined) return;
		this.worlds.forEach((other, i) => {
			if (i !== lane) other.close();
		});
		this.#fork = undefined;
		this.#scenarios = [{ ...engine.scenario, changes: [...engine.changes] }];
		this.worlds = [engine];
	}

	/** Tell whoever waits for an answer that none will come. */
	close(): void {
		for (const engine of this.worlds) engine.close();
	}

	protected override runUntil(at: Millis): void {
		const fork = this.#fork;
		if (fork !== undefined && fork.totals === undefined && at >= fork.at) {
			super.runUntil(fork.at);
			this.#remember();
		}
		super.runUntil(at);
	}

	#remember(): void {
		const totals = this.worlds[0]?.metrics.totals();
		if (this.#fork !== undefined) this.#fork = { ...this.#fork, totals };
	}

	/** A lane's scenario with what was changed while it ran. */
	#played(lane: number): Scenario | undefined {
		const engine = this.worlds[lane];
		return engine && { ...engine.scenario, changes: [...engine.changes] };
	}

	#rebuild(): void {
		this.close();
		if (this.#fork !== undefined) this.#fork = { ...this.#fork, totals: undefined };
		this.#build();
	}

	#build(): void {
		this.worlds = this.#scenarios.map((scenario, lane) => this.#engine(scenario, lane));
	}

	#engine(scenario: Scenario, lane: number): Engine {
		const engine = new Engine(scenario);
		this.#attach(engine, lane);
		engine.runUntil(0);
		return engine;
	}
}
