import { presets } from '#simulator/presets.ts';
import type { Change, Scenario, ServerSpec } from '#simulator/scenario.ts';
import { playWords } from '#words/play.ts';

/** What the playground opens with. */
export function openingScenario(): Scenario {
	const [first] = presets;
	if (first === undefined) throw new Error('The playground has nothing to open with.');
	return first.scenario;
}

/** The first letter that no server of the run bears or bore. */
export function freshId(scenario: Scenario, changes: readonly Change[]): string {
	const taken = new Set(scenario.servers.map(({ id }) => id));
	for (const change of changes) if (change.do === 'add') taken.add(change.server.id);
	for (let number = 0; ; number++) {
		const letter = String.fromCharCode(65 + (number % 26));
		const id = number < 26 ? letter : `${letter}${String(Math.floor(number / 26))}`;
		if (!taken.has(id)) return id;
	}
}

/** A new server is like the first one. */
export function serverLike({ servers: [first] }: Scenario, id: string): ServerSpec {
	if (first === undefined) throw new Error('A scenario has at least one server.');
	return { ...first, id };
}

/** One thing that somebody did: dragging a slider leaves a trail of changes, of which the last one counts. */
export interface Move {
	/** Its first change's place in the list. */
	readonly from: number;
	/** Its last change. */
	readonly change: Change;
}

export function movesOf(changes: readonly Change[]): readonly Move[] {
	const moves: Move[] = [];
	changes.forEach((change, index) => {
		const before = moves.at(-1);
		if (before !== undefined && goesOn(before.change, change))
			moves[moves.length - 1] = { ...before, change };
		else moves.push({ from: index, change });
	});
	return moves;
}

/** A second of virtual time without a change ends a drag. */
function goesOn(before: Change, after: Change): boolean {
	if (after.at - before.at > 1000) return false;
	if (before.do === 'traffic') return after.do === 'traffic';
	return before.do === 'strategy' && after.do === 'strategy' && before.strategy.name === after.strategy.name;
}

/** A change in a few words, as the list of changes shows it. */
export function wordsOf(change: Change): string {
	const say = playWords.changes;
	switch (change.do) {
		case 'add':
			return say.add(change.server.id);
		case 'pause':
			return say.pause(change.server, change.forMs);
		case 'slow':
			return say.slow(change.server, change.speed);
		case 'weight':
			return say.weight(change.server, change.weight);
		case 'traffic':
			return say.traffic(change.perSecond);
		case 'strategy': {
			const { name } = change.strategy;
			const knobs = Object.entries(change.strategy.knobs).map(([knob, value]) => `${knob} ${String(value)}`);
			return knobs.length === 0 ? say.strategy(name) : say.turned(name, knobs.join(', '));
		}
		case 'request':
			return say.request(change.key);
		default:
			return say[change.do](change.server);
	}
}
