/** How a table of keys took a change of the list. */
export interface Moves {
	/** Keys that have another owner now. */
	readonly moved: number;
	/** Those of them that had to: their owner is gone, or who has them now has just come. */
	readonly had: number;
}

/** Compare who owned each key with who owns it now; `changed` is the server that went or came. */
export function movesBetween(
	before: readonly (number | undefined)[],
	now: readonly (number | undefined)[],
	changed: number
): Moves {
	let moved = 0;
	let had = 0;
	for (const [i, owner] of now.entries()) {
		if (owner === before[i]) continue;
		moved++;
		if (before[i] === changed || owner === changed) had++;
	}
	return { moved, had };
}
