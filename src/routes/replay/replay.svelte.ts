import { explained } from '#record/replay.ts';
import { TapePlayback, type Tape } from '#record/tape.ts';
import type { Recording } from '#record/recording.ts';
import { Metrics } from '#record/metrics.ts';
import { Witness } from '#record/witness.ts';
import { Watch } from '../watch.svelte.ts';

/** A recording has one lane. */
export interface ReplayLane {
	readonly witness: Witness;
	readonly metrics: Metrics;
}

/** A recorded session as a page sees it. */
export class Replay extends Watch<Tape, ReplayLane> {
	readonly recording: Recording;
	readonly durationMs: number;
	/** Whether a replay could say why picks fell as they did. */
	readonly isExplained: boolean;
	#player: TapePlayback;

	constructor(recording: Recording) {
		super();
		this.recording = recording;
		let durationMs = 0;
		const told = explained(recording);
		this.isExplained = told.events.some(({ event }) => event.kind === 'pick' && event.because !== undefined);
		this.#player = new TapePlayback(told, (tape) => {
			const lane = { witness: new Witness(), metrics: new Metrics() };
			tape.listen((event) => {
				lane.witness.hear(event);
				lane.metrics.hear(event);
			});
			durationMs = tape.durationMs;
			this.lanes = [lane];
		});
		this.durationMs = durationMs;
		// The first thing that went wrong is what a recording is opened for.
		this.setStopping(true);
		this.show();
	}

	protected override get player(): TapePlayback {
		return this.#player;
	}
}
