/** `5 * time.Second`. */
export function goTime(ms: number): string {
	return ms % 1000 === 0
		? `${String(ms / 1000)} * time.Second`
		: `${String(Math.round(ms))} * time.Millisecond`;
}

/** As gofmt has it among other arguments. */
export function tight(ms: number): string {
	return goTime(ms).replace(' * ', '*');
}
