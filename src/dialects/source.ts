import { InputError } from '#record/input.ts';
import type { Read, Remark } from './dialect.ts';

/** More than anybody writes by hand; a file of that size is something else. */
export const mostLetters = 1_000_000;
const mostServers = 1000;

/** A file that cannot be taken, or not from some line on. */
export class BrokenFile extends InputError {
	/** From 1. */
	readonly line: number;
	/** What was understood nevertheless, in a sentence; '' where nobody has looked yet. */
	readonly understood: string;
	/** The cluster in the lines before, where there is one. */
	readonly partial: Read | undefined;

	constructor(message: string, line: number, understood = '', partial?: Read) {
		super(understood === '' ? message : `${message} ${understood}`);
		this.line = line;
		this.understood = understood;
		this.partial = partial;
	}
}

/** The text, when it is one, without the mark of its encoding. @throws BrokenFile for what is no text, or far too much of it */
export function plainText(text: string, file: string): string {
	const strange = text.slice(0, mostLetters).search(/[\0\ufffd]/);
	if (strange >= 0) {
		const line = lineAt(text, strange);
		throw new BrokenFile(`${file}:${String(line)}: is not UTF-8 text: save it as UTF-8 and try again.`, line);
	}
	if (text.length > mostLetters) {
		const line = lineAt(text, mostLetters);
		throw new BrokenFile(
			`${file}:${String(line)}: goes on beyond a million characters: a configuration has at most a million.`,
			line
		);
	}
	return text.replace(/^\ufeff/, '');
}

/** Where servers are looked for. */
export interface Place {
	readonly file: string;
	readonly text: string;
	/** Where they would have to stand; undefined: at the file's end. */
	readonly line: number | undefined;
	/** What they look like. */
	readonly wanted: string;
}

/** @throws BrokenFile when there is nothing to balance, or too much to draw */
export function assertServers(
	servers: readonly unknown[],
	remarks: readonly Remark[],
	{ file, text, line, wanted }: Place
): void {
	if (servers.length > 0 && servers.length <= mostServers) return;
	const at = line ?? lineAt(text.trimEnd(), text.length);
	const what =
		servers.length === 0
			? `no server was found: it needs ${wanted}.`
			: `has ${String(servers.length)} servers: a stage takes up to ${String(mostServers)}.`;
	throw new BrokenFile(`${file}:${String(at)}: ${what}`, at, linesUnderstood(text, remarks));
}

/** How a remark begins that is made wherever a text breaks off. */
export const cutOff = 'The file ends before';

/** How many lines raised no question, and the first that did. */
export function linesUnderstood(text: string, remarks: readonly Remark[]): string {
	const lines = text.split('\n').filter((line) => !/^\s*(#|\/\/|$)/.test(line)).length;
	const odd = new Set(remarks.map(({ line }) => line)).size;
	const sum = `${String(Math.max(0, lines - odd))} of ${String(lines)} lines raised no question`;
	const [first] = remarks;
	return first === undefined ? `${sum}.` : `${sum}; line ${String(first.line)} did: ${first.says}`;
}

function lineAt(text: string, place: number): number {
	return text.slice(0, place).split('\n').length;
}

/** What a file leaves unsaid, in one place. */
export class Remarks {
	#all: Remark[] = [];

	add(line: number, text: string, says: string): void {
		const short = text.trim();
		this.#all.push({ line, text: short.length > 80 ? `${short.slice(0, 79)}…` : short, says });
	}

	get all(): readonly Remark[] {
		return this.#all.toSorted((a, b) => a.line - b.line);
	}
}

/** `5s`, `500ms`, `1m`, in milliseconds; undefined for what is no time. A bare number counts `unit`s. */
export function milliseconds(text: string | undefined, unit: 'ms' | 's'): number | undefined {
	let rest = text ?? '';
	let sum = 0;
	if (rest === '') return undefined;
	while (rest !== '') {
		const found = /^(\d+(?:\.\d+)?)(us|µs|ms|s|m|h|d)?/.exec(rest);
		if (found === null) return undefined;
		sum += Number(found[1]) * (factors[found[2] ?? unit] ?? 1);
		rest = rest.slice(found[0].length).trim();
	}
	return Math.min(sum, 86_400_000);
}

const factors: Readonly<Record<string, number>> = {
	us: 0.001,
	µs: 0.001,
	ms: 1,
	s: 1000,
	m: 60_000,
	h: 3_600_000,
	d: 86_400_000
};

/** A name that the stage takes, unlike those that are taken. */
export function idFrom(text: string, taken: ReadonlySet<string>): string {
	const plain =
		text
			.replace(/^https?:\/\/|[[\]]/g, '')
			.replace(/[^\w.:-]+/g, '-')
			.slice(0, 36) || 'server';
	for (let number = 1; ; number++) {
		const id = number === 1 ? plain : `${plain}-${String(number)}`;
		if (!taken.has(id)) return id;
	}
}
