import type { Scene } from '#record/scene.ts';
import type { Engine, LiveChange } from '#simulator/engine.ts';
import { Player, type Fork } from '#simulator/player.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { watching, type Watched } from '#simulator/watching.ts';
import type { Speed } from '#view/controls/timeline.ts';
import { Watch } from './watch.svelte.ts';

/** Decisions of a frame that give their reasons: more in a sixtieth of a second nobody can ask about. */
const explained = 60;
/** Between two short pieces of work that can wait: while the picture stands still, and while it moves and frames come first. */
const restMs = 4;
const betweenFramesMs = 120;
/** Before the first of them, after somebody has changed something. */
const settledMs = 1000;
/** Of a leap, the last stretch in which decisions do. */
const toldMs = 5000;
/** The longest frame that counts as one. */
const longestMs = 100;

/** One of the runs that share a clock, with the picture that its events have drawn so far. */
export interface RunLane extends Watched {
	/** The witness's. */
	readonly scene: Scene;
}

/** A run, or several side by side, as a page sees it; it can be changed as it goes, and parted into two futures. */
export class Run extends Watch<Engine, RunLane> {
	readonly durationMs: number;
	/** How many changes its runs know of, and how many of them have come: all that settings hang on. */
	changeCount = $state(0);
	come = $state(0);
	/** Set while there are two futures: changes are made in the second one only. */
	fork = $state.raw<Fork | undefined>();
	#player: Player;
	/** The share of a frame, its last, in which decisions give their reasons. */
	#telling = 1;
	#tells = true;
	#resting: ReturnType<typeof setTimeout> | undefined;
	#isClosed = false;

	/** It stops at the moments of `stops`, once each. */
	constructor(scenarios: readonly Scenario[], speed: Speed = 1, stops: readonly number[] = []) {
		super(stops);
		this.#player = new Player(
			scenarios,
			watching((watched, lane) => {
				watched.engine.explain = this.#tells;
				this.lanes = this.lanes.toSpliced(lane, 1, { ...watched, scene: watched.witness.scene });
			})
		);
		this.durationMs = this.#player.durationMs;
		this.setSpeed(speed);
		this.show();
		if (typeof document !== 'undefined') this.#rest(settledMs);
	}

	apply(change: LiveChange): void {
		this.forget();
		this.#player.apply(change);
		this.known();
		this.show();
		this.#rest(settledMs);
	}

	/** Something was changed in one of the engines by itself. */
	changed(): void {
		this.forget();
		this.known();
		this.show();
	}

	/** From this moment there are two futures. */
	part = (): void => {
		this.forget();
		this.#player.part();
		this.show();
	};

	/** Only one of them goes on. */
	keep(lane: number): void {
		this.forget();
		this.#player.keep(lane);
		this.lanes = this.lanes.slice(lane, lane + 1);
		this.show();
	}

	/** Nothing more is drawn, and whoever waits for an answer is told so. */
	override close(): void {
		super.close();
		this.#isClosed = true;
		clearTimeout(this.#resting);
		this.#player.close();
	}

	protected override leap(at: number): void {
		const untold = at - toldMs;
		if (untold > 0 && (at < this.at || untold > this.at)) {
			this.#tell(false);
			this.#player.seek(untold);
			this.#tell(true);
		}
		this.#player.seek(at);
		this.#rest();
	}

	protected override complete(): void {
		this.leap(this.durationMs);
		super.complete();
	}

	/** Afterwards, with nothing else to do, the ways back and on from here are made shorter. */
	#rest(after = restMs): void {
		clearTimeout(this.#resting);
		this.#resting = setTimeout(() => {
			whenIdle(() => {
				if (!this.#isClosed && this.#player.rest()) this.#rest(this.playing ? betweenFramesMs : restMs);
			});
		}, after);
	}

	/** To give reasons takes longer than to decide: of very many decisions only the latest do. */
	protected override pass(wallMs: number, latest: number): void {
		const wall = Math.min(wallMs, longestMs);
		const before = this.#picked();
		// Of a frame that ends at a stop only the way there counts: its last decisions are the ones looked at.
		const untold = Math.min(wall, (latest - this.at) / this.speed) * (1 - this.#telling);
		if (untold > 0) {
			this.#tell(false);
			this.#player.tick(untold, latest);
			this.#tell(true);
		}
		this.#player.tick(wall - untold, latest);
		this.#telling = Math.min(1, explained / Math.max(1, this.#picked() - before));
	}

	#picked(): number {
		let sum = 0;
		for (const { scene } of this.lanes) for (const { picked } of scene.servers) sum += picked;
		return sum;
	}

	#tell(reasons: boolean): void {
		this.#tells = reasons;
		for (const { engine } of this.lanes) engine.explain = reasons;
	}

	protected override get player(): Player {
		return this.#player;
	}

	protected override show(): void {
		super.show();
		this.fork = this.#player.fork;
		const changes = this.lanes.flatMap(({ engine }) => engine.changes);
		this.changeCount = changes.length;
		this.come = changes.filter(({ at }) => at <= this.at).length;
		for (const { history } of this.lanes) history.passed(Math.min(this.at, this.durationMs));
	}
}

/** Not before a frame is drawn; Safari cannot say when. */
function whenIdle(work: () => void): void {
	if ('requestIdleCallback' in globalThis) requestIdleCallback(work, { timeout: 1000 });
	else work();
}
