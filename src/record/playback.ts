import type { Millis } from '#balancer/strategy.ts';

/** A world whose time somebody else moves on. */
export interface Playable {
	readonly now: Millis;
	/** Nothing more will happen. */
	readonly ended: boolean;
	/** Let everything happen that happens up to and at `at`. */
	runUntil(at: Millis): void;
	/** On to the moment at which a server is next picked; or to the end. */
	runToNextPick(): void;
	runToEnd(): void;
}

/** After a pause of the page (a hidden tab) the run goes on where it was instead of leaping. */
const longestFrameMs = 100;
/** How closely a run is watched that may be stopped. */
const watchMs = 1;

/**
 * One clock for one or several worlds side by side. It turns wall time into theirs and nothing else: what happens is
 * theirs alone, so no frame rate and no speed can change a run.
 */
export abstract class Playback<W extends Playable> {
	playing = false;
	/** Their milliseconds for each wall millisecond. */
	speed = 1;
	/** When given, it is asked again and again while time passes, and says when to pause: a millisecond late at most. */
	stops: (() => boolean) | undefined;
	protected worlds: readonly W[] = [];

	get now(): Millis {
		return Math.max(...this.worlds.map(({ now }) => now));
	}

	get ended(): boolean {
		return this.worlds.every(({ ended }) => ended);
	}

	/** A frame of the page: `wallMs` have passed since the last one. It goes no further than `latest`. */
	tick(wallMs: Millis, latest: Millis = Infinity): void {
		if (!this.playing) return;
		const until = Math.min(latest, this.now + Math.min(wallMs, longestFrameMs) * this.speed);
		if (this.stops === undefined) this.runUntil(until);
		else {
			for (let at = this.now; at < until && this.playing;) {
				at = Math.min(until, at + watchMs);
				this.runUntil(at);
				if (this.stops()) this.playing = false;
			}
		}
		if (this.ended) this.playing = false;
	}

	/** On to the next decision of the first world; in lanes that share their arrivals the others decide then too. */
	step(): void {
		this.playing = false;
		this.worlds[0]?.runToNextPick();
		this.runUntil(this.now);
	}

	/** To any moment: back means again from the start, or from where something is remembered, which gives the same run. */
	seek(at: Millis): void {
		if (at < this.now) this.restart();
		this.runUntil(at);
	}

	/** On to the end at once. */
	finish(): void {
		for (const world of this.worlds) world.runToEnd();
		this.runUntil(this.now);
		this.playing = false;
	}

	/** Back to the beginning. */
	abstract restart(): void;

	protected runUntil(at: Millis): void {
		for (const world of this.worlds) world.runUntil(at);
	}
}
