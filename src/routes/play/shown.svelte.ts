import { untrack } from 'svelte';
import type { Moment } from '#view/controls/timeline.ts';
import { momentsOf } from '#view/stage/happenings.ts';
import type { Topic } from '#view/stage/cards.ts';
import { playWords } from '#words/play.ts';
import { figuresFor, readoutsOf } from './figures.ts';
import { decidersAt, shownLanes } from './lanes.ts';
import type { Playground } from './playground.svelte.ts';
import { settingsAt } from './settings.ts';
import type { laneNames } from './what.ts';

/** What is selected on the stage, and in which lane. */
export interface Selected {
	readonly lane: string;
	readonly topic: Topic;
}

/** What the page makes of the playground at this frame. Engines and scenes are no runes: the run's frame says when to look again. */
export class Shown {
	selected = $state.raw<Selected | undefined>();
	/** What lines that are taken home are about, while somebody points at them. */
	pointed = $state.raw<Topic | undefined>();
	#play: Playground;
	#namesOf = $state.raw<typeof laneNames>();

	/** Of a component: it is fetched what two runs are called once there are two. */
	constructor(play: Playground) {
		this.#play = play;
		$effect(() => {
			if (play.difference === undefined) return;
			void import('./beside.ts').then(({ laneNames }) => {
				this.#namesOf = laneNames;
			});
		});
	}

	readonly lane = $derived.by(() => this.#play.run.lanes[0]);

	/** The one that is changed. */
	readonly live = $derived.by(() => {
		const { run } = this.#play;
		return run.fork === undefined ? this.lane : run.lanes[1];
	});

	/** Numbers that people read change a few times a second, and at once when the run stands still. */
	readonly beat = $derived.by(() => {
		const { playing, frame } = this.#play.run;
		return playing ? Math.floor(frame / 10) : -frame;
	});

	/** The engine's list grows in place. */
	readonly changes = $derived.by(() => {
		void this.#play.run.changeCount;
		return this.#play.changes.slice();
	});

	/** The same object until something is changed, because controls show it. */
	readonly settings = $derived.by(() => {
		const { run, scenario } = this.#play;
		void run.come;
		const changes = run.fork === undefined ? this.changes : (this.live?.engine.changes ?? []);
		return settingsAt(
			scenario,
			changes,
			untrack(() => run.at)
		);
	});

	/** The selected server, where it is one that can be changed. */
	readonly server = $derived.by(() => {
		void this.#play.run.fleet;
		const topic = this.selected?.topic;
		const server = topic?.kind === 'server' ? this.live?.scene.server(topic.id) : undefined;
		return server?.site === undefined ? server : undefined;
	});

	readonly servers = $derived.by(() => {
		void this.#play.run.fleet;
		return this.lane?.scene.servers.length ?? 0;
	});

	readonly figures = $derived.by(() => figuresFor(this.#play.scenario));

	readonly readouts = $derived.by(() => {
		void this.beat;
		return this.lane === undefined ? [] : readoutsOf(this.figures, this.lane.engine);
	});

	readonly #deciders = $derived.by(() => {
		const { run } = this.#play;
		void run.come;
		return decidersAt(
			run.lanes,
			untrack(() => run.at)
		);
	});

	readonly lanes = $derived.by(() => {
		const { run, scenario, difference } = this.#play;
		// What was done in the lane that is changed may be in its name.
		void run.changeCount;
		return shownLanes(run.lanes, scenario, difference, this.#deciders, this.#namesOf, run.fork);
	});

	/** What is worth jumping to, of all lanes. */
	readonly moments = $derived.by((): readonly Moment[] => {
		const { run } = this.#play;
		void run.news;
		const happened = run.lanes.flatMap((_, i) =>
			momentsOf(run.happenings(i), i, run.lanes.length > 1 ? (i === 0 ? 'A' : 'B') : '')
		);
		if (run.fork === undefined) return happened.toSorted(byTime);
		const fork: Moment = { at: run.fork.at, sign: 'fork', label: playWords.futures.parted };
		return [...happened, fork].toSorted(byTime);
	});

	/** The charts' axes grow in steps, so that the lines do not creep while the run goes on. */
	readonly chartEnd = $derived.by(() => {
		const { run } = this.#play;
		void run.second;
		const at = untrack(() => run.at);
		return Math.min(run.durationMs, Math.max(step, Math.ceil(Math.min(at, run.durationMs) / step) * step));
	});
}

const step = 30_000;

function byTime(one: Moment, other: Moment): number {
	return one.at - other.at;
}
