/** The same words, each in ⟦these brackets⟧: what stands on a page without them is no word of `src/words`. */
export function pseudo<W>(words: W): W {
	return wrapped(words) as W;
}

function wrapped(words: unknown): unknown {
	if (typeof words === 'string') return words === '' ? '' : `⟦${words}⟧`;
	if (typeof words === 'function') {
		const say = words as (...values: unknown[]) => unknown;
		return (...values: unknown[]) => wrapped(say(...values));
	}
	if (Array.isArray(words)) return words.map(wrapped);
	if (typeof words !== 'object' || words === null) return words;
	return Object.fromEntries(Object.entries(words).map(([name, inside]) => [name, wrapped(inside)]));
}
