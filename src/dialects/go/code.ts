/** A Go source without its comments, line by line as it was. */
export interface Code {
	/** Comments are blanks; strings stay. */
	readonly bare: string;
}

/** Strings are passed over, so that what looks like a comment in a URL stays. */
export function codeOf(text: string): Code {
	const pattern = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
	return {
		bare: text.replace(pattern, (piece) => (piece.startsWith('/') ? piece.replace(/[^\n]/g, ' ') : piece))
	};
}

/** Where something first stands, from 1; 1 when it does not. */
export function lineOf({ bare }: Code, pattern: RegExp): number {
	const at = bare.search(pattern);
	return at < 0 ? 1 : bare.slice(0, at).split('\n').length;
}
