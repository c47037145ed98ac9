/** A number stays on the line of its unit: `75 %`, `200 ms`, `1.3 s`. */
export function unbroken(text: string): string {
	return text.replace(/(\d) (?=(?:%|ms|s)(?![\w(]))/g, '$1\u00a0');
}

/** The same for every text in a lesson's data. */
export function allUnbroken<Value>(value: Value): Value {
	if (typeof value === 'string') return unbroken(value) as Value;
	if (Array.isArray(value)) return value.map(allUnbroken) as Value;
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, part]) => [key, allUnbroken<unknown>(part)])
	) as Value;
}
