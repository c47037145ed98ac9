import { shelf, type StrategyName } from '#balancer/strategies/index.ts';
import type { Difference } from '#simulator/difference.ts';
import type { Fork } from '#simulator/player.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { strategyColour } from '#view/shelf/groups.ts';
import { playWords } from '#words/play.ts';
import type { RunLane } from '../run.svelte.ts';
import { movesOf, wordsOf } from './scenario.ts';
import { settingsAt } from './settings.ts';
import type { laneNames } from './what.ts';

/** A run as it is drawn: its name, its colour and line style, who decides in it at the moment. */
export interface ShownLane extends RunLane {
	readonly id: string;
	readonly label: string;
	readonly colour: string;
	/** An SVG dash pattern, so that colour does not stand alone. */
	readonly dash: string;
	readonly strategy: { readonly name: string; readonly title: string; readonly says: string };
}

/** Who decides in each lane at a moment: names with a space between, so that a page can see that nothing has changed. */
export function decidersAt(lanes: readonly RunLane[], at: number): string {
	return lanes.map(({ engine }) => settingsAt(engine.scenario, engine.changes, at).strategy.name).join(' ');
}

/** `deciders` as `decidersAt` says it. */
export function shownLanes(
	lanes: readonly RunLane[],
	scenario: Scenario,
	difference: Difference | undefined,
	deciders: string,
	/** Says what two runs differ in; without it they are only told apart. */
	namesOf?: typeof laneNames,
	fork?: Fork
): ShownLane[] {
	const names = fork === undefined ? difference && namesOf?.(scenario, difference) : forkNames(lanes, fork);
	const strategies = deciders.split(' ') as StrategyName[];
	return lanes.map((lane, i) => {
		const name = strategies[i] ?? scenario.strategy.name;
		const letter = i === 0 ? 'A' : 'B';
		const { title, says } = shelf[name];
		return {
			...lane,
			id: letter,
			label:
				names === undefined ? (lanes.length > 1 ? letter : title) : playWords.lane(letter, names[i] ?? ''),
			colour: difference?.path === 'strategy' ? strategyColour(name) : `var(--lane-${String(i + 1)})`,
			dash: i === 0 ? '' : '7 4',
			strategy: { name, title, says }
		};
	});
}

/** The second future is called by the last that was done in it alone. */
function forkNames([first, second]: readonly RunLane[], fork: Fork): readonly [string, string] {
	const own = second?.engine.changes.filter(
		(change) => change.at >= fork.at && first?.engine.changes.includes(change) !== true
	);
	const last = movesOf(own ?? []).at(-1);
	const say = playWords.futures;
	return [say.as, last === undefined ? say.open : say.if(wordsOf(last.change))];
}
