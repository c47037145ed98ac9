/** A piece of a text: plain, or set as its mark says. */
export interface Piece {
	readonly mark: 'plain' | 'code' | 'bold' | 'apart' | 'link';
	readonly text: string;
	/** Where a link leads, by name. */
	readonly to?: string | undefined;
}

const marks = /`([^`]+)`|\*\*([^*]+)\*\*|_([^_]+)_|\[([^\]]+)\]\((\w+)\)/g;

/** A text cut at its marks: `` `code` ``, `**bold**`, `_set apart_`, `[a link](name)`. */
export function piecesOf(text: string): readonly Piece[] {
	let end = 0;
	const pieces = [...text.matchAll(marks)].flatMap((match): Piece[] => {
		const [whole, code, bold, apart, link, to] = match;
		const before: Piece = { mark: 'plain', text: text.slice(end, match.index) };
		end = match.index + whole.length;
		if (code !== undefined) return [before, { mark: 'code', text: code }];
		if (bold !== undefined) return [before, { mark: 'bold', text: bold }];
		if (apart !== undefined) return [before, { mark: 'apart', text: apart }];
		return [before, { mark: 'link', text: link ?? '', to }];
	});
	return [...pieces, { mark: 'plain' as const, text: text.slice(end) }].filter((piece) => piece.text !== '');
}
