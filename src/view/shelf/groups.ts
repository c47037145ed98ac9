/** Whose rule a strategy follows to the pick; the textbook's where no product's name stands before its own. */
export const groups = ['Textbook', 'HAProxy', 'NGINX', 'Caddy', 'Envoy'] as const;
export type Group = (typeof groups)[number];

export function groupOf(strategy: string): Group {
	return groups.find((group) => strategy.startsWith(`${group.toLowerCase()}-`)) ?? 'Textbook';
}

/** The names of each group that has any, in the order they were given. */
export function grouped<Name extends string>(
	names: readonly Name[]
): readonly { group: Group; names: readonly Name[] }[] {
	return groups
		.map((group) => ({ group, names: names.filter((name) => groupOf(name) === group) }))
		.filter(({ names }) => names.length > 0);
}

/**
 * Where a strategy's colour may stand, best first: its own, then that of the textbook rule a product's is named after,
 * then one that all others share. So a new strategy is readable before anybody has chosen its colour.
 */
export function colourTokens(name: string): string[] {
	const [, plain] = /^(?:haproxy|nginx|caddy|envoy)-(.+)$/.exec(name) ?? [];
	return [name, ...(plain === undefined ? [] : [plain]), 'other'].map((token) => `--strategy-${token}`);
}

/** A strategy's colour as CSS, the same on every page. */
export function strategyColour(name: string): string {
	return colourTokens(name).reduceRight(
		(otherwise, token) => `var(${[token, otherwise].filter(Boolean).join(', ')})`,
		''
	);
}
