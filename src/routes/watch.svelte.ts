import type { Happening, HappeningKind } from '#record/chronicle.ts';
import type { Playable, Playback } from '#record/playback.ts';
import type { Witness } from '#record/witness.ts';
import type { Speed } from '#view/controls/timeline.ts';

/** Why the clock stands still: the happening, and the lane that it is of. */
export interface Stop {
	readonly lane: number;
	readonly happening: Happening;
}

/** What is worth stopping for, the first time that it happens. */
const newsworthy: ReadonlySet<HappeningKind> = new Set([
	'refused',
	'timeout',
	'failed',
	'ejected',
	'panic',
	'fleet'
]);

/**
 * A playback as a page sees it: its clock driven by animation frames, one snapshot of the numbers that controls need
 * per frame. Worlds and witnesses stay plain objects; `frame` says that they have moved on.
 */
export abstract class Watch<W extends Playable, Lane extends { readonly witness: Witness }> {
	/** Raised whenever there is something new to draw. */
	frame = $state(0);
	at = $state(0);
	playing = $state(false);
	ended = $state(false);
	speed = $state<Speed>(1);
	lanes = $state.raw<readonly Lane[]>([]);
	/** Raised when `happenings` are others. */
	news = $state(0);
	/** Whether it stops where something happens for the first time. */
	stopping = $state(false);
	stop = $state.raw<Stop | undefined>();
	/** The moment at which it has just stopped because that was planned; undefined as soon as it goes on. */
	stopped = $state<number>();
	/** Moments at which it is still to stop, once each. */
	#planned: readonly number[];
	/** By lane, what had happened when the clock was turned back: it will happen again, unless something is changed. */
	#foreseen: readonly (readonly Happening[])[] = [];
	/** By lane, how many first happenings have been told. */
	#told: readonly number[] = [];
	#revision = 0;
	#last: number | undefined;
	#request: number | undefined;

	constructor(planned: readonly number[] = []) {
		this.#planned = planned;
	}

	protected abstract get player(): Playback<W>;

	play = (): void => {
		if (this.ended) this.#turnBack(0);
		this.#goOn();
		this.player.playing = true;
		this.#last = undefined;
		this.show();
		this.#request ??= requestAnimationFrame(this.#tick);
	};

	pause = (): void => {
		this.player.playing = false;
		this.show();
	};

	toggle = (): void => {
		if (this.playing) this.pause();
		else this.play();
	};

	step = (): void => {
		this.#goOn();
		this.player.step();
		this.show();
	};

	seek = (at: number): void => {
		if (at < this.player.now) this.#turnBack(at);
		else this.leap(at);
		this.#goOn();
		this.show();
	};

	/** To a moment at which it stops, or has stopped, by plan. */
	stopAt(at: number): void {
		this.pause();
		this.seek(at);
		this.#stopped(at);
	}

	/** On to the end at once. */
	finish = (): void => {
		this.#goOn();
		this.complete();
		this.show();
	};

	/** The same from its beginning. */
	restart = (): void => {
		this.#turnBack(0);
		this.#goOn();
		this.show();
	};

	setSpeed = (speed: Speed): void => {
		this.speed = speed;
		this.player.speed = speed;
	};

	setStopping = (stopping: boolean): void => {
		this.stopping = stopping;
		this.#goOn();
		this.player.stops = stopping ? () => this.#hasNews() : undefined;
	};

	/** What happened in a lane, and after a step back what is still to come. Ask again when `news` is raised. */
	happenings(lane: number): readonly Happening[] {
		const known = this.lanes[lane]?.witness.chronicle.happenings ?? [];
		const { now } = this.player;
		const later = this.#foreseen[lane]?.filter(({ at }) => at > now) ?? [];
		return later.length === 0 ? known : [...known, ...later];
	}

	/** Nothing more is drawn. */
	close(): void {
		if (this.#request !== undefined) cancelAnimationFrame(this.#request);
		this.#request = undefined;
		this.player.playing = false;
	}

	/** To any moment, of which what lies between is not looked at. */
	protected leap(at: number): void {
		this.player.seek(at);
	}

	protected complete(): void {
		this.player.finish();
	}

	/** A frame: so many milliseconds of the wall, and no further than `latest`. */
	protected pass(wallMs: number, latest: number): void {
		this.player.tick(wallMs, latest);
	}

	/** What was still to come will be otherwise. */
	protected forget(): void {
		this.#foreseen = [];
		this.news++;
	}

	protected show(): void {
		this.stopped = undefined;
		this.at = this.player.now;
		this.playing = this.player.playing;
		this.ended = this.player.ended;
		const revision = this.lanes.reduce((sum, { witness }) => sum + witness.chronicle.revision, 0);
		if (revision !== this.#revision) {
			this.#revision = revision;
			this.news++;
		}
		this.frame++;
	}

	#turnBack(at: number): void {
		this.#foreseen = this.lanes.map((_, lane) => [...this.happenings(lane)]);
		if (at > 0) this.leap(at);
		else this.player.restart();
		this.news++;
	}

	#goOn(): void {
		this.stop = undefined;
		this.known();
	}

	/** What has happened by now is no news: somebody did it, or has been told. */
	protected known(): void {
		this.#told = this.lanes.map(({ witness }) => witness.chronicle.firsts.length);
	}

	#hasNews(): boolean {
		for (const [lane, { witness }] of this.lanes.entries()) {
			const { firsts } = witness.chronicle;
			const told = this.#told[lane] ?? 0;
			if (firsts.length <= told) continue;
			const happening = firsts.slice(told).find(({ kind }) => newsworthy.has(kind));
			if (happening !== undefined) {
				this.stop = { lane, happening };
				return true;
			}
		}
		return false;
	}

	#stopped(at: number): void {
		this.#planned = this.#planned.filter((planned) => planned !== at);
		this.stopped = at;
	}

	#tick = (wall: number): void => {
		const { player } = this;
		const before = player.now;
		this.pass(wall - (this.#last ?? wall), Math.min(...this.#planned.filter((at) => at > before)));
		this.#last = wall;
		if (this.#planned.includes(player.now)) player.playing = false;
		this.show();
		if (this.#planned.includes(player.now)) this.#stopped(player.now);
		this.#request = this.player.playing ? requestAnimationFrame(this.#tick) : undefined;
	};
}
