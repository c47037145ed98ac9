import { Remarks, plainText } from '../source.ts';

/** A line's words, without comments and quotes. */
export interface Entry {
	/** From 1. */
	readonly line: number;
	readonly words: readonly string[];
	/** As it stands in the file. */
	readonly text: string;
}

export interface Section {
	readonly kind: string;
	readonly name: string;
	/** Where it begins. */
	readonly line: number;
	readonly entries: readonly Entry[];
}

export interface Parsed {
	readonly sections: readonly Section[];
	readonly remarks: Remarks;
}

const kinds: ReadonlySet<string> = new Set([
	...['global', 'defaults', 'frontend', 'backend', 'listen', 'peers', 'resolvers', 'userlist', 'mailers'],
	...['program', 'cache', 'ring', 'http-errors', 'fcgi-app', 'log-forward']
]);

/** The sections of a haproxy.cfg; nothing is included, run or looked up. @throws InputError for what is no text */
export function parseHaproxy(source: string): Parsed {
	const text = plainText(source, 'haproxy.cfg');
	const remarks = new Remarks();
	const sections: (Section & { entries: Entry[] })[] = [];
	text.split('\n').forEach((raw, index) => {
		const line = index + 1;
		const { words, open, variable } = wordsOf(raw.replace(/\r$/, ''));
		const [first] = words;
		if (first === undefined) return;
		if (open)
			remarks.add(line, raw, 'A quote is opened and not closed: the rest of the line was taken as it is.');
		if (variable)
			remarks.add(
				line,
				raw,
				'It has an environment variable, which was not looked up: write its value here.'
			);
		if (first.startsWith('.')) {
			remarks.add(
				line,
				raw,
				'Conditions are not evaluated: what stands between them was read as if they held.'
			);
			return;
		}
		if (kinds.has(first)) {
			sections.push({ kind: first, name: words[1] ?? '', line, entries: [] });
			return;
		}
		const section = sections.at(-1);
		if (section === undefined)
			remarks.add(line, raw, 'It stands in no section, and HAProxy would refuse it: left out.');
		else section.entries.push({ line, words, text: raw });
	});
	return { sections, remarks };
}

/** Blanks separate; `"`, `'` and `\` hold together; `#` begins a comment. */
function wordsOf(raw: string): {
	readonly words: readonly string[];
	readonly open: boolean;
	readonly variable: boolean;
} {
	const words: string[] = [];
	let word: string | undefined;
	let quote = '';
	let variable = false;
	for (let i = 0; i < raw.length; i++) {
		const letter = raw[i] ?? '';
		if (quote === '' && (letter === ' ' || letter === '\t')) {
			if (word !== undefined) words.push(word);
			word = undefined;
			continue;
		}
		if (quote === '' && letter === '#') break;
		if (letter === '$' && quote !== "'" && /[\w{]/.test(raw[i + 1] ?? '')) variable ||= quote === '"';
		if ((letter === '"' || letter === "'") && (quote === '' || quote === letter)) {
			quote = quote === '' ? letter : '';
			word ??= '';
		} else if (letter === '\\' && quote !== "'") word = (word ?? '') + (raw[++i] ?? '');
		else word = (word ?? '') + letter;
	}
	if (word !== undefined) words.push(word);
	return { words, open: quote !== '', variable };
}

/** What holds in a proxy, by what it is called: `timeout server`, `option redispatch`, `balance`. */
export class Settings {
	#by: Map<string, Entry>;

	constructor(before?: Settings) {
		this.#by = new Map(before?.entries());
	}

	entries(): IterableIterator<[string, Entry]> {
		return this.#by.entries();
	}

	get(name: string): Entry | undefined {
		return this.#by.get(name);
	}

	/** The words behind the name. */
	rest(name: string): readonly string[] | undefined {
		return this.#by.get(name)?.words.slice(name.split(' ').length);
	}

	take(entry: Entry): void {
		const [first = '', second = ''] = entry.words;
		if (first === 'no') this.#by.delete(nameOf(entry.words.slice(1)));
		else this.#by.set(nameOf([first, second]), entry);
	}
}

export function nameOf([first = '', second = '']: readonly string[]): string {
	return first === 'timeout' || first === 'option' ? `${first} ${second}` : first;
}
