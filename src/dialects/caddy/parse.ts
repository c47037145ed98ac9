import { cutOff, plainText, Remarks } from '../source.ts';

/** A line of a Caddyfile: its words, and the block behind them if there is one. */
export interface Directive {
	readonly name: string;
	readonly args: readonly string[];
	/** From 1. */
	readonly line: number;
	readonly block?: readonly Directive[];
}

export interface Parsed {
	readonly directives: readonly Directive[];
	readonly remarks: Remarks;
}

/** The tree of a Caddyfile; nothing is imported or looked up. @throws InputError for what is no text */
export function parseCaddy(source: string): Parsed {
	const text = plainText(source, 'Caddyfile');
	const remarks = new Remarks();
	const top: Directive[] = [];
	/** Blocks that are open, innermost last. */
	const open: Directive[][] = [top];
	let last = 1;
	text.split('\n').forEach((raw, index) => {
		const line = index + 1;
		const { words, unclosed } = wordsOf(raw);
		if (unclosed)
			remarks.add(line, raw, 'A quote is opened and not closed: the rest of the line was taken as it is.');
		if (/\{\$\w/.test(raw))
			remarks.add(
				line,
				raw,
				'It has an environment variable, which was not looked up: write its value here.'
			);
		if (words.length === 0) return;
		last = line;
		while (words[0] === '}') {
			words.shift();
			if (open.length > 1) open.pop();
			else remarks.add(line, raw, 'This brace closes nothing: left out.');
		}
		if (words.length === 0) return;
		const opens = words.at(-1) === '{';
		if (opens) words.pop();
		const [name = '', ...args] = words;
		const block: Directive[] | undefined = opens ? [] : undefined;
		open.at(-1)?.push({ name, args, line, ...(block !== undefined && { block }) });
		if (block === undefined) return;
		open.push(block);
		if (open.length === 51) remarks.add(line, raw, 'Blocks stand inside one another fifty deep.');
	});
	if (open.length > 1) remarks.add(last, '', `${cutOff} a block is closed: what was there was read.`);
	return { directives: top, remarks };
}

/** Blanks separate; quotes and backticks hold together; `#` at a word's beginning begins a comment. */
function wordsOf(raw: string): { readonly words: string[]; readonly unclosed: boolean } {
	const words: string[] = [];
	const pattern = /"((?:[^"\\]|\\.)*)("?)|`([^`]*)(`?)|(#.*)|(\S+)/g;
	let unclosed = false;
	for (const [, double, doubleEnd, tick, tickEnd, comment, word] of raw.matchAll(pattern)) {
		if (comment !== undefined) break;
		if (doubleEnd === '' || tickEnd === '') unclosed = true;
		words.push(double ?? tick ?? word ?? '');
	}
	return { words, unclosed };
}

/** Every directive with its blocks' own, in order; without recursion, because nobody knows how deep they stand. */
export function flat(directives: readonly Directive[]): readonly Directive[] {
	const found: Directive[] = [];
	const waiting = [...directives].reverse();
	for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
		found.push(one);
		if (one.block !== undefined) waiting.push(...[...one.block].reverse());
	}
	return found;
}
