/** The list with the thing at `from` put at `to`; ends are kept within the list. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
	const copy = [...list];
	const [thing] = copy.splice(from, 1);
	if (thing !== undefined) copy.splice(Math.max(0, Math.min(copy.length, to)), 0, thing);
	return copy;
}
