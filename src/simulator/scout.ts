import type { Millis } from '#balancer/strategy.ts';
import { Engine } from './engine.ts';
import type { Attach, Mark, Marks, Remember } from './marks.ts';
import { foresee, isPastOf, playedIn, type Team } from './sleepers.ts';

/** Requests that are heard in a rest: a few milliseconds’ worth. */
const stretch = 600;
/** Of the way on which nobody listens; it takes as long. */
const unheardMs = 5000;
/** So many requests: what comes later is heard when somebody leaps there. */
const furthest = 250_000;

/**
 * Engines that run ahead of a run while there is nothing else to do, heard only by those who remember: so that the first
 * leap to a moment need not hear all that happens until then.
 */
export class Scout {
	#team: Team = [];
	/** Where it begins to listen. */
	#from: Mark | undefined;
	#remember: readonly (Remember | undefined)[] | undefined;

	/** Go on by a little, to the run’s end. Whether there is more to come. */
	goOn(run: Team, marks: Marks, attach: Attach): boolean {
		this.#setOut(run, marks.last(run));
		const team = this.#team;
		foresee(team, run);
		const [first] = team;
		if (first === undefined || first.sent > furthest || team.every(isThrough)) return false;
		if (this.#from !== undefined && first.now < this.#from.at) {
			runUntil(team, Math.min(this.#from.at, first.now + unheardMs));
			return true;
		}
		this.#remember ??= team.map((engine, lane) =>
			(this.#from?.lanes[lane]?.attach ?? attach)(engine, lane, true)
		);
		// A world that is asked for nobody's requests is through in no time.
		const perMs = Math.max(first.sent / Math.max(1, first.now), 0.05);
		runUntil(team, first.now + stretch / perMs / team.length);
		marks.add(team, this.#remember);
		return true;
	}

	/** Those that know more of the run than it does itself; undefined when they are not as far. */
	knows(at: Millis, run: Team): Team | undefined {
		const team = this.#team;
		const isFar = team.length === run.length && team.every(({ now }) => now >= at);
		return isFar && isPastOf(team, run) ? team : undefined;
	}

	/** The run is another. */
	forget(): void {
		this.#team = [];
	}

	/** Unless it is on its way there, and the run has not been further meanwhile. */
	#setOut(run: Team, from: Mark | undefined): void {
		const [first] = this.#team;
		const isOnItsWay = this.#team.length === run.length && isPastOf(this.#team, run);
		if (isOnItsWay && (from === undefined || from === this.#from || from.at <= (first?.now ?? 0))) return;
		this.#team = run.map((engine) => new Engine(playedIn(engine)));
		this.#from = from;
		this.#remember = undefined;
	}
}

function isThrough({ now, ended, diverged, scenario }: Engine): boolean {
	return ended || diverged || now >= scenario.durationMs;
}

function runUntil(team: Team, at: Millis): void {
	for (const engine of team) engine.runUntil(Math.min(at, engine.scenario.durationMs));
}
