import { History } from '#record/history.ts';
import type { Scene } from '#record/scene.ts';
import { Witness } from '#record/witness.ts';
import type { Engine, LiveChange } from '#simulator/engine.ts';
import { Player } from '#simulator/player.ts';
import type { Change, Scenario } from '#simulator/scenario.ts';
import type { Speed } from '#view/controls/timeline.ts';

/** One of the runs that share a clock, with the picture that its events have drawn so far. */
export interface RunLane {
	readonly engine: Engine;
	readonly witness: Witness;
	/** The witness's. */
	readonly scene: Scene;
	/** Second by second, for charts. */
	readonly history: History;
}

/**
 * A run as a page sees it: the player's clock driven by animation frames, one snapshot of the numbers that
 * controls need per frame. Engines and scenes stay plain objects; `frame` says that they have moved on.
 */
export class Run {
	/** Raised whenever there is something new to draw. */
	frame = $state(0);
	at = $state(0);
	playing = $state(false);
	ended = $state(false);
	speed = $state<Speed>(1);
	lanes = $state.raw<readonly RunLane[]>([]);
	readonly durationMs: number;
	#player: Player;
	#last: number | undefined;
	#request: number | undefined;

	constructor(scenarios: readonly Scenario[], speed: Speed = 1) {
		const lanes: RunLane[] = [];
		this.#player = new Player(scenarios, (engine, lane) => {
			const witness = new Witness();
			const { scene } = witness;
			const history = new History(scene, () => engine.metrics.wastedMs);
			engine.explain = true;
			engine.listen((event) => {
				history.hear(event);
				witness.hear(event);
			});
			lanes[lane] = { engine, witness, scene, history };
			this.lanes = [...lanes];
		});
		this.durationMs = this.#player.durationMs;
		this.setSpeed(speed);
		this.#show();
	}

	play = (): void => {
		if (this.ended) this.#player.restart();
		this.#player.playing = true;
		this.#last = undefined;
		this.#show();
		this.#request ??= requestAnimationFrame(this.#tick);
	};

	pause = (): void => {
		this.#player.playing = false;
		this.#show();
	};

	toggle = (): void => {
		if (this.playing) this.pause();
		else this.play();
	};

	step = (): void => {
		this.#player.step();
		this.#show();
	};

	seek = (at: number): void => {
		this.#player.seek(at);
		this.#show();
	};

	/** On to the end at once. */
	finish = (): void => {
		this.#player.finish();
		this.#show();
	};

	/** The same run from its beginning. */
	restart = (): void => {
		this.#player.restart();
		this.#show();
	};

	setSpeed = (speed: Speed): void => {
		this.speed = speed;
		this.#player.speed = speed;
	};

	apply(change: LiveChange): void {
		this.#player.apply(change);
		this.#show();
	}

	replaceChanges(changes: readonly Change[]): void {
		this.#player.replaceChanges(changes);
		this.#show();
	}

	/** Nothing more is drawn, and whoever waits for an answer is told so. */
	close(): void {
		if (this.#request !== undefined) cancelAnimationFrame(this.#request);
		this.#request = undefined;
		this.#player.playing = false;
		this.#player.close();
	}

	#tick = (wall: number): void => {
		this.#player.tick(wall - (this.#last ?? wall));
		this.#last = wall;
		this.#show();
		this.#request = this.#player.playing ? requestAnimationFrame(this.#tick) : undefined;
	};

	#show(): void {
		this.at = this.#player.now;
		for (const { history } of this.lanes) history.passed(Math.min(this.at, this.durationMs));
		this.playing = this.#player.playing;
		this.ended = this.#player.ended;
		this.frame++;
	}
}
