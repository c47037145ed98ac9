import type { Difference } from '#simulator/difference.ts';
import type { Scenario } from '#simulator/scenario.ts';

/**
 * The one thing in which these two differ, titles apart, as far down as it is one: a field, a part, one field of all
 * servers. Undefined when they differ in several parts, or in nothing.
 */
export function differenceBetween(before: Scenario, after: Scenario): Difference | undefined {
	return differing({ ...before, title: '' }, { ...after, title: '' }, []);
}

function differing(before: object, after: object, path: readonly string[]): Difference | undefined {
	const [one, ...others] = namesApart(before, after);
	const whole = path.length === 0 ? undefined : { path: path.join('.'), value: after };
	if (one === undefined || others.length > 0) return whole;
	const [was, is] = [inside(before, one), inside(after, one)];
	const below = [...path, one];
	const here = { path: below.join('.'), value: is };
	if (Array.isArray(was) && Array.isArray(is)) return ofAll(was, is, below) ?? here;
	// A strategy and its knobs belong together.
	return isPart(was) && isPart(is) && one !== 'strategy' ? differing(was, is, below) : here;
}

/** The same field of each, set to the same. */
function ofAll(
	was: readonly unknown[],
	is: readonly unknown[],
	path: readonly string[]
): Difference | undefined {
	const values = new Map<string, Difference>();
	for (const [index, one] of is.entries()) {
		const other = was[index];
		const found = isPart(other) && isPart(one) ? differing(other, one, [...path, '*']) : undefined;
		values.set(JSON.stringify(found), found ?? { path: '', value: undefined });
	}
	const [only, ...more] = values.values();
	return was.length === is.length && more.length === 0 && only?.path.split('.').length === 3
		? only
		: undefined;
}

/** Fields whose values are not the same. */
export function namesApart(before: object, after: object): readonly string[] {
	const names = new Set([...Object.keys(before), ...Object.keys(after)]);
	return [...names].filter(
		(name) => JSON.stringify(inside(before, name)) !== JSON.stringify(inside(after, name))
	);
}

export function inside(value: object, name: string): unknown {
	return (value as Readonly<Record<string, unknown>>)[name];
}

export function isPart(value: unknown): value is object {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
