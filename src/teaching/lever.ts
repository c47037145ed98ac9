import { z } from 'zod';
import { readScenario, type Scenario } from '#simulator/scenario.ts';
import { entryNamed, patched, type Json, type JsonObject, type Patch } from './patch.ts';

/** A control that is live in a lesson; all others are shown and locked. */
export type Lever = z.output<typeof LeverSchema>;
export type LeverValue = number | string;

const Label = z.string().trim().min(1).max(60);
const ScenarioPath = z
	.string()
	.regex(/^[a-zA-Z]+(\.[a-zA-Z]+)*$/, 'name a field of the scenario with dots, as in traffic.perSecond');

export const LeverSchema = z.discriminatedUnion('kind', [
	/** How many copies of the first server there are. */
	z.strictObject({ kind: z.literal('servers'), label: Label, min: z.int().min(1), max: z.int().max(64) }),
	/** A number of the scenario, or of one of its servers by name: `traffic.perSecond`, `servers.C.weight`. */
	z.strictObject({
		kind: z.literal('number'),
		label: Label,
		path: ScenarioPath,
		min: z.number(),
		max: z.number(),
		step: z.number().positive(),
		unit: z.string().max(20).optional()
	}),
	/** One of a few words. */
	z.strictObject({
		kind: z.literal('choice'),
		label: Label,
		path: ScenarioPath,
		options: z
			.array(z.strictObject({ value: z.string(), label: Label }))
			.min(2)
			.max(6)
	})
]);

/** The field of the scenario that a lever moves. */
export function leverPath(lever: Lever): string {
	return lever.kind === 'servers' ? 'servers' : lever.path;
}

/** Where a lever stands in this scenario; undefined when its path names nothing there. */
export function leverValue(lever: Lever, scenario: Scenario): LeverValue | undefined {
	if (lever.kind === 'servers') return scenario.servers.length;
	const value = lever.path
		.split('.')
		.reduce<Json | undefined>(
			(inside, key) => entryNamed(inside, key) ?? (inside as JsonObject | null | undefined)?.[key],
			scenario
		);
	return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}

/** The scenario with one lever moved; the old one is left as it was. @throws InputError when the value does not fit. */
export function withLever(scenario: Scenario, lever: Lever, value: LeverValue): Scenario {
	return readScenario(patched(scenario, patchOf(lever, value)), lever.label);
}

/** Every value a lever can be put to that is worth checking: its ends, or all its options. */
export function leverEnds(lever: Lever): readonly LeverValue[] {
	return lever.kind === 'choice' ? lever.options.map(({ value }) => value) : [lever.min, lever.max];
}

function patchOf(lever: Lever, value: LeverValue): Patch {
	if (lever.kind === 'servers') return { serverCount: value };
	return lever.path.split('.').reduceRight<Json>((inside, key) => ({ [key]: inside }), value) as Patch;
}
