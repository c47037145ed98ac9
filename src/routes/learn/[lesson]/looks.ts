import { strategyColour } from '#view/shelf/groups.ts';
import type { ShownLane } from './session.svelte.ts';

/** How a lane's line, its name in the text and its row in a table look. */
export interface LaneLook {
	readonly id: string;
	readonly label: string;
	readonly colour: string;
	readonly dash: string;
}

/** Lanes that differ in their strategy have its colour, others a colour of their own; each has a stroke, so colour never stands alone. */
export function looksOf(lanes: readonly ShownLane[]): readonly LaneLook[] {
	const strategies = new Set(lanes.map(({ scenario }) => scenario.strategy.name));
	const differ = strategies.size === lanes.length;
	return lanes.map(({ id, label, scenario }, lane) => ({
		id,
		label,
		colour: differ ? strategyColour(scenario.strategy.name) : `var(--lane-${String(lane + 1)})`,
		dash: ['', '7 4', '2 3', '9 3 2 3'][lane] ?? ''
	}));
}
