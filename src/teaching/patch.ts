/** What JSON and YAML can say. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
	readonly [key: string]: Json | undefined;
}

/**
 * A small change to a scenario. Objects merge field by field, anything else (arrays too) is replaced, and a
 * field that the patch leaves out stays. One convenience: `serverCount: 6` makes six servers, each a copy of
 * the first, called A, B, C and so on; it is applied last.
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

function merge(base: JsonObject, patch: JsonObject): JsonObject {
	const result: Record<string, Json | undefined> = { ...base };
	for (const [key, value] of Object.entries(patch)) {
		const old = result[key];
		result[key] = isObject(old) && isObject(value) ? merge(old, value) : value;
	}
	return result;
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
