import { History } from '#record/history.ts';
import type { Scene } from '#record/scene.ts';
import { Witness } from '#record/witness.ts';
import type { Engine, LiveChange } from '#simulator/engine.ts';
import { Player, type Fork } from '#simulator/player.ts';
import type { Scenario } from '#simulator/scenario.ts';
import type { Speed } from '#view/controls/timeline.ts';
import { Watch } from './watch.svelte.ts';

/** One of the runs that share a clock, with the picture that its events have drawn so far. */
export interface RunLane {
	readonly engine: Engine;
	readonly witness: Witness;
	/** The witness's. */
	readonly scene: Scene;
	/** Second by second, for charts. */
	readonly history: History;
}

/** A run, or several side by side, as a page sees it; it can be changed as it goes, and parted into two futures. */
export class Run extends Watch<Engine, RunLane> {
	readonly durationMs: number;
	/** Set while there are two futures: changes are made in the second one only. */
	fork = $state.raw<Fork | undefined>();
	#player: Player;

	/** It stops at the moments of `stops`, once each. */
	constructor(scenarios: readonly Scenario[], speed: Speed = 1, stops: readonly number[] = []) {
		super(stops);
		this.#player = new Player(scenarios, (engine, lane) => {
			const witness = new Witness();
			const { scene } = witness;
			const history = new History(scene, () => engine.metrics.wastedMs);
			engine.explain = true;
			engine.listen((event) => {
				history.hear(event);
				witness.hear(event);
			});
			this.lanes = this.lanes.toSpliced(lane, 1, { engine, witness, scene, history });
		});
		this.durationMs = this.#player.durationMs;
		this.setSpeed(speed);
		this.show();
	}

	apply(change: LiveChange): void {
		this.forget();
		this.#player.apply(change);
		this.known();
		this.show();
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
		this.#player.close();
	}

	protected override get player(): Player {
		return this.#player;
	}

	protected override show(): void {
		super.show();
		this.fork = this.#player.fork;
		for (const { history } of this.lanes) history.passed(Math.min(this.at, this.durationMs));
	}
}
