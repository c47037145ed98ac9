import { z } from 'zod';
import { shelf, strategyNames, type StrategyName } from '#balancer/strategies/index.ts';

/** A strategy by name, with the knobs that were turned; the others keep their initial value. */
export type StrategyChoice = z.output<typeof StrategyChoiceSchema>;

/** Refuses unknown names and knobs, and values out of a knob's range or between whole numbers that are all it has. */
export const StrategyChoiceSchema = z
	.strictObject({
		name: z.enum(strategyNames),
		knobs: z.record(z.string(), z.number()).default({})
	})
	.superRefine(({ name, knobs }, context) => {
		const known = shelf[name].knobs;
		for (const [knob, value] of Object.entries(knobs)) {
			const range = Object.hasOwn(known, knob) ? known[knob] : undefined;
			const path = ['knobs', knob];
			if (range === undefined) {
				const names = Object.keys(known).join(', ') || 'none';
				context.addIssue({
					code: 'custom',
					path,
					message: `"${name}" has no such knob: its knobs are ${names}`
				});
			} else if (value < range.min || value > range.max) {
				context.addIssue({
					code: 'custom',
					path,
					message: `is out of range: use ${String(range.min)} to ${String(range.max)}`
				});
			} else if (Number.isInteger(range.min) && Number.isInteger(range.step) && !Number.isInteger(value)) {
				const message = `is no whole number: use one from ${String(range.min)} to ${String(range.max)}`;
				context.addIssue({ code: 'custom', path, message });
			}
		}
	});

/** Why this strategy is not offered for so many backends, in a clause; undefined when it is. */
export function tooManyFor(name: StrategyName, backends: number): string | undefined {
	const { most } = shelf[name];
	if (most === undefined || backends <= most) return undefined;
	return `looks at every backend for every pick, so ${String(backends)} are too many: use at most ${String(most)}, or another strategy`;
}
