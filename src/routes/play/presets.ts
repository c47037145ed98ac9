import { presets, type Preset } from '#simulator/presets.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { playWords } from '#words/play.ts';

/** The preset that a scenario comes from, by its title: what was set since does not change that. */
export function presetOf(scenario: Scenario): Preset | undefined {
	return presets.find(({ title }) => title === scenario.title);
}

/** What a list of presets offers; a scenario of one's own is the first of them, with an empty value. */
export function presetOptions(scenario: Scenario): { readonly value: string; readonly label: string }[] {
	return [
		...(presetOf(scenario) === undefined
			? [{ value: '', label: scenario.title || playWords.presets.own }]
			: []),
		...presets.map(({ id, title }) => ({ value: id, label: title }))
	];
}

export function presetBy(id: string): Preset | undefined {
	return presets.find((preset) => preset.id === id);
}
