import type { Moment } from '#view/controls/timeline.ts';
import { momentsOf } from '#view/stage/happenings.ts';
import type { Change } from '#simulator/scenario.ts';
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

	/** Charts move once a virtual second, and not more than a few times a real one. */
	readonly tick = $derived.by(() => {
		const { ended, at, speed } = this.#play.run;
		return ended ? Infinity : Math.floor(at / (1000 * Math.max(1, speed / 4)));
	});

	/** Numbers that people read change a few times a second, and at once when the run stands still. */
	readonly beat = $derived.by(() => {
		const { playing, frame } = this.#play.run;
		return playing ? Math.floor(frame / 10) : -frame;
	});

	/** The engine's list grows in place; its length says when. */
	readonly #changeCount = $derived.by(() => {
		void this.#play.run.frame;
		return this.#play.changes.length;
	});

	readonly changes = $derived.by(() => this.#play.changes.slice(0, this.#changeCount));

	/** How much was done in the lane that is changed. */
	readonly liveCount = $derived.by(() => {
		void this.#play.run.frame;
		return this.live?.engine.changes.length ?? 0;
	});

	/** How many of them have come by now. */
	readonly #pastCount = $derived.by(() => {
		const { run } = this.#play;
		void run.frame;
		const changes = this.#liveChanges();
		const next = changes.findIndex(({ at }) => at > run.at);
		return next < 0 ? changes.length : next;
	});

	/** The same object until something is changed, because controls show it. */
	readonly settings = $derived.by(() =>
		settingsAt(this.#play.scenario, this.#liveChanges().slice(0, this.#pastCount), Infinity)
	);

	#liveChanges(): readonly Change[] {
		return this.#play.run.fork === undefined ? this.changes : (this.live?.engine.changes ?? []);
	}

	/** The selected server, where it is one that can be changed. */
	readonly server = $derived.by(() => {
		void this.#play.run.frame;
		const topic = this.selected?.topic;
		const server = topic?.kind === 'server' ? this.live?.scene.server(topic.id) : undefined;
		return server?.site === undefined ? server : undefined;
	});

	readonly servers = $derived.by(() => {
		void this.#play.run.frame;
		return this.lane?.scene.servers.length ?? 0;
	});

	readonly figures = $derived.by(() => figuresFor(this.#play.scenario));

	readonly readouts = $derived.by(() => {
		void this.beat;
		return this.lane === undefined ? [] : readoutsOf(this.figures, this.lane.engine);
	});

	readonly #deciders = $derived.by(() => decidersAt(this.#play.run.lanes, this.#play.run.at));

	readonly lanes = $derived.by(() => {
		const { run, scenario, difference } = this.#play;
		void this.liveCount;
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
		const { at, durationMs } = this.#play.run;
		return Math.min(durationMs, Math.max(step, Math.ceil(Math.min(at, durationMs) / step) * step));
	});
}

const step = 30_000;

function byTime(one: Moment, other: Moment): number {
	return one.at - other.at;
}
