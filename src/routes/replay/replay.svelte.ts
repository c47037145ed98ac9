import type { TraceEvent } from '#record/event.ts';
import type { Playable } from '#record/playback.ts';
import { explained } from '#record/replay.ts';
import type { Recording } from '#record/recording.ts';
import { Metrics } from '#record/metrics.ts';
import { Witness } from '#record/witness.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { Watch } from '../watch.svelte.ts';
import { SideBySide } from './side-by-side.ts';

/** A proxy cannot look into servers; so that both lanes can be compared, neither is told. */
const insideServers: ReadonlySet<TraceEvent['kind']> = new Set(['queue', 'start', 'finish', 'drop']);

export interface ReplayLane {
	readonly witness: Witness;
	readonly metrics: Metrics;
	/** Where each request went first, in the order in which they came. */
	readonly firsts: string[];
}

/** A recorded session as a page sees it, and beside it what another strategy makes of the same traffic. */
export class Replay extends Watch<Playable, ReplayLane> {
	readonly durationMs: number;
	/** Whether a replay could say why picks fell as they did. */
	readonly isExplained: boolean;
	#player: SideBySide;

	constructor(recording: Recording, scenario?: Scenario) {
		super();
		const told = explained(recording);
		this.isExplained = told.events.some(({ event }) => event.kind === 'pick' && event.because !== undefined);
		this.#player = new SideBySide(told, scenario, (world, at) => {
			const lane: ReplayLane = { witness: new Witness(), metrics: new Metrics(), firsts: [] };
			world.listen((event) => {
				if (insideServers.has(event.kind)) return;
				lane.witness.hear(at === 0 ? event : asGate(event));
				lane.metrics.hear(event);
				if (event.kind === 'pick' && event.attempt === 0) lane.firsts.push(event.backend);
			});
			this.lanes = this.lanes.toSpliced(at, 1, lane);
		});
		this.durationMs = recording.events.reduce((last, { event }) => Math.max(last, event.at), 0);
		// The first thing that went wrong is what a recording is opened for.
		this.setStopping(true);
		this.show();
	}

	protected override get player(): SideBySide {
		return this.#player;
	}
}

/** Without what only a simulation knows of a machine. */
function asGate(event: TraceEvent): TraceEvent {
	if (event.kind !== 'backend') return event;
	const { machine: _, ...known } = event;
	return known;
}
