/** Which set of seeds the tests of the engine draw from: 1, unless GOLANGIA_SEED names another. */
export const seedSet = Number(process.env['GOLANGIA_SEED'] ?? 1);

/** The n-th seed of a set; no two sets share one. */
export function seedOf(n: number, set = seedSet): number {
	return 1_000_000 * (set - 1) + n;
}
