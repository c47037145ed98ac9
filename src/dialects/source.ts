import { InputError } from '#record/input.ts';
import type { Remark } from './dialect.ts';

/** More than anybody writes by hand; a file of that size is something else. */
const mostLetters = 1_000_000;
const mostServers = 1000;

/** The text, when it is one. @throws InputError for what is no text, or far too much of it */
export function assertText(text: string, file: string): void {
	if (text.length > mostLetters)
		throw new InputError(
			`${file}: has ${String(text.length)} characters: a configuration has at most a million.`
		);
	const strange = text.search(/[\0\ufffd]/);
	if (strange >= 0) {
		const line = String(text.slice(0, strange).split('\n').length);
		throw new InputError(`${file}:${line}: is not UTF-8 text: save it as UTF-8 and try again.`);
	}
}

/** @throws InputError when there is nothing to balance, or too much to draw */
export function assertServers(count: number, file: string, remarks: readonly Remark[], where: string): void {
	if (count > mostServers)
		throw new InputError(
			`${file}: has ${String(count)} servers: a stage takes up to ${String(mostServers)}.`
		);
	if (count > 0) return;
	const [first] = remarks;
	const also =
		first === undefined
			? ''
			: ` What was read raised questions, first in line ${String(first.line)}: ${first.says}`;
	throw new InputError(`${file}: no server was found: it needs ${where}.${also}`);
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
