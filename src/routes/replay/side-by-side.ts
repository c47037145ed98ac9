import { Playback, type Playable } from '#record/playback.ts';
import type { Recording } from '#record/recording.ts';
import { Tape } from '#record/tape.ts';
import type { World } from '#record/world.ts';
import { Engine } from '#simulator/engine.ts';
import type { Scenario } from '#simulator/scenario.ts';

type Lane = Playable & Pick<World, 'listen'>;

/** A recording and, if there is one, a simulated run of the same traffic, under one clock; back means again from the start. */
export class SideBySide extends Playback<Lane> {
	#recording: Recording;
	#scenario: Scenario | undefined;
	#attach: (world: Lane, lane: number) => void;

	/** `attach` is called before anything is told in a lane, and again after each rewinding. */
	constructor(
		recording: Recording,
		scenario: Scenario | undefined,
		attach: (world: Lane, lane: number) => void
	) {
		super();
		this.#recording = recording;
		this.#scenario = scenario;
		this.#attach = attach;
		this.restart();
	}

	override restart(): void {
		const engine = this.#scenario && new Engine(this.#scenario);
		if (engine !== undefined) engine.explain = true;
		this.worlds = [new Tape(this.#recording), ...(engine === undefined ? [] : [engine])];
		for (const [lane, world] of this.worlds.entries()) {
			this.#attach(world, lane);
			world.runUntil(0);
		}
	}
}

/** A recording that was made in the middle of things, told from its own beginning. */
export function fromItsBeginning({ events, ...recording }: Recording): Recording {
	const began = events[0]?.event.at ?? 0;
	return {
		...recording,
		events: events.map(({ event, line }) => ({
			event: { ...event, at: Math.round((event.at - began) * 1000) / 1000 },
			line
		}))
	};
}
