import { readScenario, type Scenario } from './scenario.ts';

/** What stands at a path of dots; at `servers.*.queue` what the first server has. Undefined beneath a part that is null. */
export function valueAt(scenario: Scenario, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>(
			(inside, key) => (inside as Record<string, unknown> | null | undefined)?.[key === '*' ? '0' : key],
			scenario
		);
}

/** The scenario with one field set otherwise, that of all servers with a `*`. @throws InputError when it does not go with the rest. */
export function withValue(
	scenario: Scenario,
	path: string,
	value: unknown,
	source = 'this set-up'
): Scenario {
	return readScenario(set(scenario, path.split('.'), value), source);
}

function set(inside: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
	if (key === undefined) return value;
	if (key === '*') return Array.isArray(inside) ? inside.map((one) => set(one, rest, value)) : inside;
	const object = inside as Record<string, unknown> | null | undefined;
	return { ...object, [key]: set(object?.[key], rest, value) };
}
