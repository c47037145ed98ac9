/** Limits that breathe: low while few calls are here, so that backends rest, and whole when many are. */
export interface DynamicLimitRules {
	/** From so many calls here at once, waiting ones included, every backend has its whole limit; HAProxy's `fullconn`. */
	readonly fullAt: number;
}

/** @throws RangeError unless `fullAt` is at least 1. */
export function assertDynamicLimits({ fullAt }: DynamicLimitRules): void {
	if (fullAt >= 1) return;
	throw new RangeError(
		`Limits are to be whole at ${String(fullAt)} calls: let that be at least 1, or leave dynamic limits out.`
	);
}

/**
 * How many calls a backend may hold while `calls` are here: its share of `most`, but no less than `least` (HAProxy 2.6,
 * server.c, srv_dynamic_maxconn, 2022: `minconn` and `maxconn`).
 */
export function dynamicLimit(
	{ least, most }: LimitRange,
	calls: number,
	{ fullAt }: DynamicLimitRules
): number {
	return calls >= fullAt ? most : Math.max(least, Math.floor((calls * most) / fullAt));
}

export interface LimitRange {
	readonly least: number;
	readonly most: number;
}

/** With how many calls, at least and at most, that limit is what it is: so that nobody looks at it in between. */
export function steadyBetween(
	range: LimitRange,
	calls: number,
	rules: DynamicLimitRules
): readonly [from: number, to: number] {
	const { least, most } = range;
	const { fullAt } = rules;
	const limit = dynamicLimit(range, calls, rules);
	const from = limit === least ? 0 : Math.min(Math.ceil((limit * fullAt) / most), Math.ceil(fullAt));
	const to = limit === most ? Infinity : Math.min(Math.ceil(((limit + 1) * fullAt) / most), fullAt) - 1;
	return [from, Math.ceil(to)];
}
