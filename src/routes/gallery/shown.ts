import { shelf } from '#balancer/strategies/index.ts';
import { Witness } from '#record/witness.ts';
import { otherOf } from '#simulator/difference.ts';
import { Engine } from '#simulator/engine.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { rulesOf, type Rules } from '#view/stage/deadline.ts';
import { playWords } from '#words/play.ts';
import type { Picture } from './pictures.ts';

/** One lane of a picture, as a stage wants it. */
export interface ShownLane {
	readonly witness: Witness;
	readonly hopMs: number;
	readonly rules: Rules;
	readonly strategy: { readonly name: string; readonly title: string; readonly says: string };
	/** Empty where there is only one. */
	readonly label: string;
	/** The run is over. */
	readonly ended: boolean;
}

/** Its runs, gone on to its moment. */
export function lanesOf({ scenario, difference, at }: Picture): ShownLane[] {
	const scenarios = [scenario, ...(difference === undefined ? [] : [otherOf(scenario, difference)])];
	return scenarios.map((one, i) => ({
		...goneOn(one, at),
		hopMs: one.network.hopMs,
		rules: rulesOf(one),
		strategy: { name: one.strategy.name, ...wordsOf(one) },
		label: scenarios.length === 1 ? '' : playWords.lane(i === 0 ? 'A' : 'B', wordsOf(one).title)
	}));
}

function wordsOf({ strategy: { name } }: Scenario): { title: string; says: string } {
	const { title, says } = shelf[name];
	return { title, says };
}

function goneOn(scenario: Scenario, at: number): Pick<ShownLane, 'witness' | 'ended'> {
	const witness = new Witness();
	const engine = new Engine(scenario);
	engine.explain = true;
	engine.listen((event) => {
		witness.hear(event);
	});
	engine.runUntil(at);
	return { witness, ended: engine.ended };
}
