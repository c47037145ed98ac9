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
	#player: TapePlayback;

	constructor(recording: Recording) {
		super();
		this.recording = recording;
		let durationMs = 0;
		this.#player = new TapePlayback(recording, (tape) => {
			const lane = { witness: new Witness(), metrics: new Metrics() };
			tape.listen((event) => {
				lane.witness.hear(event);
				lane.metrics.hear(event);
			});
			durationMs = tape.durationMs;
			this.lanes = [lane];
		});
		this.durationMs = durationMs;
		this.show();
	}

	protected override get player(): TapePlayback {
		return this.#player;
	}
}
