/** What JSON and YAML can say. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
	readonly [key: string]: Json | undefined;
}

/**
 * A small change to a scenario. Objects merge field by field, anything else (arrays too) is replaced, and a
 * field that the patch leaves out stays. Two conveniences: `servers: { C: { weight: 4 } }` changes the server
 * called C and leaves the others; `serverCount: 6` makes six servers, each a copy of the first, called A, B, C
 * and so on, and is applied last.
 */
export type Patch = JsonObject;

/** Neither argument is changed. The result is scenario input: read it with `readScenario`. */
export function patched(base: JsonObject, ...patches: readonly Patch[]): JsonObject {
	const { serverCount, ...merged } = patches.reduce(merge, base);
	if (serverCount === undefined) return merged;
	return { ...merged, servers: copies(merged['servers'], serverCount) };
}

/** A, B … Z, AA, AB …: what a server is called by its place. */
export function letterOf(index: number): string {
	const last = String.fromCharCode(65 + (index % 26));
	return index < 26 ? last : letterOf(Math.floor(index / 26) - 1) + last;
}

/** The object in a list whose `id` is this name; undefined where there is none, or no list. */
export function entryNamed(list: Json | undefined, name: string): JsonObject | undefined {
	if (!Array.isArray(list)) return undefined;
	return (list as readonly Json[]).filter(isObject).find(({ id }) => id === name);
}

function merge(base: JsonObject, patch: JsonObject): JsonObject {
	const result: Record<string, Json | undefined> = { ...base };
	for (const [key, value] of Object.entries(patch)) {
		const old = result[key];
		if (isObject(old) && isObject(value)) result[key] = merge(old, value);
		else result[key] = namesEntries(value, old) ? mergeEntries(old, value) : value;
	}
	return result;
}

/** If not, the patch is handed on as it is, and the scenario's reader refuses it. */
function namesEntries(
	patch: Json | undefined,
	list: Json | undefined
): patch is Readonly<Record<string, JsonObject>> {
	if (!isObject(patch) || !Array.isArray(list)) return false;
	return Object.entries(patch).every(
		([name, change]) => isObject(change) && entryNamed(list as readonly Json[], name) !== undefined
	);
}

function mergeEntries(list: Json | undefined, patch: Readonly<Record<string, JsonObject>>): Json {
	return Object.entries(patch).reduce(
		(entries, [name, change]) =>
			entries.map((entry) => (isObject(entry) && entry['id'] === name ? merge(entry, change) : entry)),
		list as readonly Json[]
	);
}

/** What is not a list or a count is handed on as it is: the scenario's reader says what is wrong with it. */
function copies(servers: Json | undefined, count: Json): Json {
	const first = Array.isArray(servers) ? (servers as readonly Json[])[0] : undefined;
	if (!isObject(first) || typeof count !== 'number' || !(count <= 1000)) return servers ?? [];
	return Array.from({ length: Math.max(0, Math.floor(count)) }, (_, index) => ({
		...first,
		id: letterOf(index)
	}));
}

function isObject(value: Json | undefined): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
