import type { StrategyChoice } from '#record/choice.ts';
import type { Change, Scenario } from '#simulator/scenario.ts';

/** What the run's changes have made of its strategy and traffic. */
export interface Settings {
	readonly strategy: StrategyChoice;
	readonly perSecond: number;
}

export function settingsAt(
	{ strategy, traffic }: Scenario,
	changes: readonly Change[],
	at: number
): Settings {
	let settings: Settings = { strategy, perSecond: traffic.perSecond };
	for (const change of changes) {
		if (change.at > at) break;
		if (change.do === 'strategy') settings = { ...settings, strategy: change.strategy };
		else if (change.do === 'traffic') settings = { ...settings, perSecond: change.perSecond };
	}
	return settings;
}
