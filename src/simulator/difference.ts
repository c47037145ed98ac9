import { z } from 'zod';
import { StrategyChoiceSchema } from '#record/choice.ts';
import { parse } from '#record/input.ts';
import { withValue } from './fields.ts';
import type { Change, LiveChange, Scenario } from './scenario.ts';

/** The one thing in which a run differs from another with the same seed, arrivals and work: a field of the scenario. */
export interface Difference {
	/** By dots, `servers.*.queue` for all servers. */
	readonly path: string;
	readonly value: unknown;
}

const DifferenceSchema = z.strictObject({
	path: z
		.string()
		.max(100)
		.regex(/^[a-zA-Z]+(\.([\w-]+|\*))*$/, 'name a field of the scenario with dots, as in balancer.retries'),
	value: z.json()
});

/** @throws InputError */
export function readDifference(value: unknown, source: string): Difference {
	return parse(DifferenceSchema, value, source);
}

/**
 * The other run: the same scenario but for this one thing, which its changes leave alone as well. @throws InputError
 * when that is no scenario.
 */
export function otherOf(scenario: Scenario, difference: Difference, source = 'B'): Scenario {
	const changes = scenario.changes.flatMap((change) => otherChange(change, difference));
	return withValue({ ...scenario, changes }, difference.path, difference.value, source);
}

/** What a change is in the other run: itself, nothing where it would undo the difference, or with the difference kept. */
export function otherChange<C extends Change | LiveChange>(change: C, { path, value }: Difference): C[] {
	if (change.do === 'traffic' && (path === 'traffic' || path === 'traffic.perSecond')) return [];
	if (change.do !== 'strategy') return [change];
	if (path === 'strategy' || path === 'strategy.name') return [];
	const [, knob] = /^strategy\.knobs\.(.+)$/.exec(path) ?? [];
	if (knob === undefined || typeof value !== 'number') return [change];
	const strategy = { ...change.strategy, knobs: { ...change.strategy.knobs, [knob]: value } };
	// Another strategy has no such knob.
	return [StrategyChoiceSchema.safeParse(strategy).success ? { ...change, strategy } : change];
}
