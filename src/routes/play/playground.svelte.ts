import { InputError } from '#record/input.ts';
import type { Reply, Wish } from '#record/world.ts';
import { otherChange, otherOf, type Difference } from '#simulator/difference.ts';
import type { LiveChange } from '#simulator/engine.ts';
import { withValue } from '#simulator/fields.ts';
import type { Address } from '#simulator/link.ts';
import type { Change, Scenario } from '#simulator/scenario.ts';
import { playWords } from '#words/play.ts';
import { Run } from '../run.svelte.ts';
import { begun, did, gone, stateOf, type Deeds } from './deeds.ts';
import { presetOf } from './presets.ts';
import { openingScenario, wordsOf } from './scenario.ts';

/** All that determines what is on the page; with it, everything can be had again. */
export type State = Pick<Address, 'scenario' | 'difference'>;

/** Slow enough at first to follow a request with the eye. */
const openingSpeed = 0.5;

/**
 * The playground's state: a scenario, perhaps what it is compared with, the run of both, and what was done so far. Every
 * deed goes through here, so that it can be undone and has an address. Bad input changes nothing but `trouble`.
 */
export class Playground {
	scenario = $state.raw(openingScenario());
	difference = $state.raw<Difference | undefined>();
	run = $state.raw(new Run([openingScenario()], openingSpeed));
	deeds = $state.raw<Deeds<State>>(begun({ scenario: openingScenario() }));
	trouble = $state('');
	/** Ids of the learner's own requests. */
	mine = $state.raw<readonly number[]>([]);

	/** What somebody wants of the stops at first happenings; until then presets stop, because they are there to teach. */
	#stopping: boolean | undefined;

	constructor() {
		this.run.setStopping(this.#stopsIn(this.scenario));
	}

	/** All of it, with the changes that were made while it ran. */
	get state(): State {
		return { scenario: this.whole, difference: this.difference };
	}

	/** The first run's scenario with its changes so far. */
	get whole(): Scenario {
		return { ...this.scenario, changes: [...this.changes] };
	}

	/** What is compared with it; the same but for one thing. */
	get other(): Scenario | undefined {
		return this.difference && otherOf(this.whole, this.difference);
	}

	get changes(): readonly Change[] {
		return this.run.lanes[0]?.engine.changes ?? [];
	}

	/** Something else altogether, with no past: what an address says. */
	arrive({ scenario, difference, at = 0 }: Address): void {
		this.#show({ scenario, difference }, at);
		this.deeds = begun(this.state);
	}

	/** Another run from its beginning; it can be undone. @throws InputError when there is no such run. */
	open(next: State, says: string, kind = says): void {
		this.#show(next, 0);
		this.#note(says, kind);
	}

	/** One field of the scenario; the run starts again, and goes on if it did. */
	set(path: string, value: unknown, label: string): void {
		this.try(() => {
			const { playing } = this.run;
			this.open({ ...this.state, scenario: withValue(this.whole, path, value) }, label, path);
			if (playing) this.run.play();
		});
	}

	/** Compare with another run, or with none; both come to the moment where this one is. */
	compare(difference: Difference | undefined, says: string): void {
		this.try(() => {
			this.#show({ ...this.state, difference }, this.run.at, this.run.playing);
			this.#note(says, `compare ${difference?.path ?? ''}`);
		});
	}

	/** Something that happens now. At the very beginning strategy and traffic are simply set so. */
	change(change: LiveChange): void {
		// Of two futures the second is tried out: it is no deed until it is kept.
		if (this.run.fork !== undefined) this.run.apply(change);
		else if (this.run.at === 0 && change.do === 'strategy')
			this.set('strategy', change.strategy, wordsOf({ ...change, at: 0 }));
		else if (this.run.at === 0 && change.do === 'traffic')
			this.set('traffic.perSecond', change.perSecond, wordsOf({ ...change, at: 0 }));
		else {
			this.#apply(change);
			const kind = change.do === 'strategy' ? `strategy ${change.strategy.name}` : change.do;
			const aims = 'server' in change ? JSON.stringify(change.server) : '';
			this.#note(wordsOf({ ...change, at: this.run.at }), `live ${kind} ${aims}`);
		}
	}

	send(wish: Wish): Promise<Reply> {
		const [first, second] = this.run.lanes;
		if (first === undefined) return Promise.reject(new Error('The playground is not ready.'));
		const reply = first.engine.send(wish);
		second?.engine.apply({ do: 'request', key: wish.key });
		// The request was the last thing to be sent: its id is the count of those before it.
		this.mine = [...this.mine, first.engine.sent - 1];
		this.#note(
			wordsOf({ do: 'request', key: wish.key, at: this.run.at }),
			`request ${String(first.engine.sent)}`
		);
		this.run.play();
		return reply;
	}

	/** Of two futures one goes on. */
	keep(lane: number): void {
		this.run.keep(lane);
		if (lane === 1) this.#note(playWords.deeds.kept, 'keep');
	}

	/** To the state after another deed of the list. */
	goTo(place: number): void {
		const next = gone(this.deeds, place);
		const state = stateOf(next);
		if (state === undefined || next.place === this.deeds.place) return;
		const isSameRun =
			JSON.stringify({ ...state.scenario, changes: [] }) ===
			JSON.stringify({ ...this.scenario, changes: [] });
		this.#show(state, isSameRun ? this.run.at : 0, isSameRun && this.run.playing);
		this.deeds = next;
	}

	/** Bad input: the sentence is shown, and nothing else happens. */
	try(deed: () => void): void {
		try {
			deed();
			this.trouble = '';
		} catch (error) {
			if (!(error instanceof InputError)) throw error;
			this.trouble = error.first;
		}
	}

	/** From now on, whatever is opened. */
	setStopping = (stopping: boolean): void => {
		this.#stopping = stopping;
		this.run.setStopping(stopping);
	};

	#stopsIn(scenario: Scenario): boolean {
		return this.#stopping ?? presetOf(scenario) !== undefined;
	}

	close(): void {
		this.run.close();
	}

	#apply(change: LiveChange): void {
		const { difference, run } = this;
		if (difference === undefined) {
			run.apply(change);
			return;
		}
		const [first, second] = run.lanes;
		first?.engine.apply(change);
		for (const other of otherChange(change, difference)) {
			// A server that only the first run's autoscaler built is not there to be changed.
			if (
				'server' in other &&
				typeof other.server === 'string' &&
				second?.scene.server(other.server) === undefined
			)
				continue;
			second?.engine.apply(other);
		}
		// Nothing passes, but the page is told that something is new.
		run.changed();
	}

	#note(says: string, kind: string): void {
		this.deeds = did(this.deeds, { says, kind, state: this.state, when: performance.now() });
	}

	#show({ scenario, difference }: State, at: number, playing = false): void {
		const lanes = [scenario, ...(difference === undefined ? [] : [otherOf(scenario, difference)])];
		const { speed } = this.run;
		this.run.close();
		this.scenario = { ...scenario, changes: [] };
		this.difference = difference;
		this.mine = [];
		const run = new Run(lanes, speed);
		run.setStopping(this.#stopsIn(scenario));
		if (at > 0) run.seek(at);
		this.run = run;
		if (playing) run.play();
	}
}
