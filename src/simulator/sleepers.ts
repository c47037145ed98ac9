import type { Millis } from '#balancer/strategy.ts';
import { Engine } from './engine.ts';
import type { Change, Scenario } from './scenario.ts';

/** So many places to sleep at, evenly over the run. */
const places = 4;

/** An engine for each lane. */
export type Team = readonly Engine[];

/**
 * Engines that stand still at moments of a run, so that whoever goes back has not to begin at the beginning: an engine
 * cannot be copied, but another can be run to any moment. While the run goes on, a team at a time climbs after it, unheard.
 */
export class Sleepers {
	#asleep = new Map<number, Team>();
	#climbing: { readonly place: number; readonly team: Team } | undefined;

	/** Let those who are on the way climb by so much. Whether there are any. They climb no higher than `known`. */
	climb(run: Team, by: Millis, known: Millis): boolean {
		if (this.#climbing !== undefined && !isPastOf(this.#climbing.team, run)) this.#climbing = undefined;
		this.#climbing ??= this.#setOut(run, known);
		if (this.#climbing === undefined) return false;
		const { place, team } = this.#climbing;
		const goal = momentOf(place, run);
		foresee(team, run);
		for (const engine of team) engine.runUntil(Math.min(goal, engine.now + by));
		if (team.every(({ now, diverged }) => now >= goal || diverged)) {
			this.#asleep.set(place, team);
			this.#climbing = undefined;
		}
		return true;
	}

	/** The moment, not after this one, at which somebody sleeps; 0 where nobody does. */
	nearest(before: Millis, run: Team): Millis {
		const moments = [...this.#asleep.keys()].map((place) => momentOf(place, run));
		return Math.max(0, ...moments.filter((moment) => moment <= before));
	}

	/** Those who sleep nearest before a moment: they are taken from their place. Undefined when nobody does. */
	wake(before: Millis, run: Team): Team | undefined {
		for (let place = places; place > 0; place--) {
			const team = this.#asleep.get(place);
			if (team === undefined || momentOf(place, run) > before) continue;
			this.#asleep.delete(place);
			if (!isPastOf(team, run)) continue;
			foresee(team, run);
			return team;
		}
		return undefined;
	}

	/** The run is another. */
	forget(): void {
		this.#asleep.clear();
		this.#climbing = undefined;
	}

	/** To the highest place that is free and has been passed. */
	#setOut(run: Team, known: Millis): { readonly place: number; readonly team: Team } | undefined {
		for (let place = places; place > 0; place--) {
			if (this.#asleep.has(place) || momentOf(place, run) > known) continue;
			return { place, team: run.map((engine) => new Engine(playedIn(engine))) };
		}
		return undefined;
	}
}

/** A lane's scenario with what was changed while it ran. */
export function playedIn({ scenario, changes }: Engine): Scenario {
	return { ...scenario, changes: [...changes] };
}

/** How many changes there are up to and at a moment. */
export function changesBy({ changes }: { readonly changes: readonly Change[] }, moment: Millis): number {
	let [from, to] = [0, changes.length];
	while (from < to) {
		const middle = (from + to) >> 1;
		if ((changes[middle]?.at ?? Infinity) <= moment) from = middle + 1;
		else to = middle;
	}
	return from;
}

function momentOf(place: number, run: Team): Millis {
	return (place / (places + 1)) * Math.max(...run.map(({ scenario }) => scenario.durationMs));
}

/** Nothing has been changed in the run before where these are. */
export function isPastOf(team: Team, run: Team): boolean {
	return team.every((engine, lane) => {
		const twin = run[lane];
		return twin !== undefined && changesBy(engine, engine.now) === changesBy(twin, engine.now);
	});
}

/** What has been changed in the run since is to come for these. */
export function foresee(team: Team, run: Team): void {
	team.forEach((engine, lane) => {
		const changes = run[lane]?.changes ?? [];
		if (changes.length !== engine.changes.length) engine.foresee(changes);
	});
}
