import type { Millis } from '#balancer/strategy.ts';
import type { TraceEvent } from '#record/event.ts';
import { History } from '#record/history.ts';
import { Witness } from '#record/witness.ts';
import type { Engine } from './engine.ts';
import type { Attach, Remember } from './marks.ts';

/** An engine, and what is known of all that has happened in it. */
export interface Watched {
	readonly engine: Engine;
	readonly witness: Witness;
	/** Second by second, for charts. */
	readonly history: History;
}

/** For a player whose engines are watched, and what was known of them remembered. `seen` is told of each before it is run on, but for those ahead. */
export function watching(seen: (watched: Watched, lane: number) => void): Attach {
	const watch = (
		watched: Watched,
		lane: number,
		ahead: boolean
	): { ear: (event: TraceEvent) => void; remember: Remember } => {
		const { witness, history } = watched;
		if (!ahead) seen(watched, lane);
		return {
			ear: (event) => {
				history.hear(event);
				witness.hear(event);
			},
			remember: () => {
				const known = witness.copy();
				const past = history.copy(known.scene, () => NaN);
				return (engine, lane, isAhead = false) => {
					const again = known.copy();
					const later = { engine, witness: again, history: past.copy(again.scene, wastedIn(engine)) };
					const { ear, remember } = watch(later, lane, isAhead);
					// It knows how things stand.
					engine.voice.listen(ear);
					return remember;
				};
			}
		};
	};
	return (engine, lane, ahead = false) => {
		const witness = new Witness();
		const history = new History(witness.scene, wastedIn(engine));
		const { ear, remember } = watch({ engine, witness, history }, lane, ahead);
		engine.listen(ear);
		return remember;
	};
}

function wastedIn({ metrics }: Engine): () => Millis {
	return () => metrics.wastedMs;
}
