import { cutOff, plainText, Remarks } from '../source.ts';

/** `name args… ;` or `name args… { … }`. */
export interface Directive {
	readonly name: string;
	readonly args: readonly string[];
	/** From 1. */
	readonly line: number;
	/** Undefined where it ends with a semicolon. */
	readonly block?: readonly Directive[];
}

export interface Parsed {
	readonly directives: readonly Directive[];
	readonly remarks: Remarks;
}

interface Token {
	readonly text: string;
	readonly line: number;
	readonly quoted: boolean;
}

/** The tree of an nginx.conf; nothing is included. @throws InputError for what is no text */
export function parseNginx(source: string): Parsed {
	const text = plainText(source, 'nginx.conf');
	const remarks = new Remarks();
	const tokens = tokensOf(text, remarks);
	let next = 0;
	const block = (depth: number, opened?: Token): Directive[] => {
		const found: Directive[] = [];
		if (depth > 50) {
			remarks.add(
				tokens[next]?.line ?? 1,
				'{',
				'Blocks stand inside one another fifty deep: the rest was left out.'
			);
			next = tokens.length;
		}
		let words: Token[] = [];
		for (; next < tokens.length; next++) {
			const token = tokens[next];
			if (token === undefined) break;
			const mark = token.quoted ? '' : token.text;
			if (mark !== ';' && mark !== '{' && mark !== '}') {
				words.push(token);
				continue;
			}
			const [first] = words;
			const [name, ...args] = words.map(({ text }) => text);
			const line = first?.line ?? token.line;
			words = [];
			if (mark === '}') {
				if (name !== undefined) remarks.add(line, name, 'A semicolon is missing before the brace: left out.');
				if (depth > 0) return found;
				remarks.add(token.line, '}', 'It closes nothing: left out.');
			} else if (name === undefined) {
				remarks.add(token.line, mark, 'Nothing stands before it: left out.');
				if (mark === '{') {
					next++;
					block(depth + 1, token);
				}
			} else if (mark === ';') found.push({ name, args, line });
			else {
				next++;
				found.push({ name, args, line, block: block(depth + 1, first) });
			}
		}
		const [open] = words;
		if (open !== undefined) remarks.add(open.line, open.text, `${cutOff} its semicolon: left out.`);
		else if (opened !== undefined)
			remarks.add(
				tokens.at(-1)?.line ?? 1,
				'',
				`${cutOff} the block "${opened.text}" of line ${String(opened.line)} is closed: what was there was read.`
			);
		return found;
	};
	return { directives: block(0), remarks };
}

function tokensOf(text: string, remarks: Remarks): readonly Token[] {
	const tokens: Token[] = [];
	// A quoted text, a comment, a mark, or a word.
	const pattern =
		/"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|#[^\n]*|[;{}]|(?:\\.|\$\{\w+\}|[^\s;{}#"'\\])(?:\\.|\$\{\w+\}|[^\s;{}\\])*|\S/g;
	let line = 1;
	let at = 0;
	for (const found of text.matchAll(pattern)) {
		for (; at < found.index; at++) if (text[at] === '\n') line++;
		const [whole, double, single] = found;
		if (whole.startsWith('#')) continue;
		if (whole === '"' || whole === "'")
			remarks.add(line, whole, 'A quote is opened and not closed: it was passed over.');
		else tokens.push({ text: double ?? single ?? whole, line, quoted: (double ?? single) !== undefined });
	}
	return tokens;
}

/** Every directive with its blocks' own, in order. */
export function flat(directives: readonly Directive[]): readonly Directive[] {
	return directives.flatMap((one) => [one, ...flat(one.block ?? [])]);
}
