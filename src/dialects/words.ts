import type { KeyRule } from '#balancer/key.ts';
import { shelf } from '#balancer/strategies/index.ts';
import type { ClusterPlan } from './cluster.ts';
import type { Line, Part } from './dialect.ts';

/** Lines about one part of the picture. */
export function lines(part: Part, ...texts: readonly string[]): readonly Line[] {
	return texts.map((text) => ({ text, part }));
}

/** `5s` or `1500ms`. */
export function time(ms: number): string {
	return ms % 1000 === 0 ? `${String(ms / 1000)}s` : `${String(Math.max(1, Math.round(ms)))}ms`;
}

/** One line whatever is in it: a title is the one text that a person writes freely. */
export function oneLine(text: string): string {
	return text.replace(/[^\x20-\x7e\u00a1-\u2027\u2030-\uffff]+/g, ' ').trim();
}

/** What stands above every file. */
export function head(
	mark: string,
	{ title }: ClusterPlan,
	product: string,
	check: string,
	notes: readonly string[],
	speaker = product
): readonly Line[] {
	const said =
		notes.length === 0
			? [`${capital(speaker)} says all of it.`]
			: [`What ${speaker} does not say, or does otherwise:`, ...notes.flatMap((note) => wrapped(note))];
	const name = oneLine(title);
	const first = `${name === '' ? 'A cluster' : name}, for ${product}. Check it: ${check}`;
	return [...[first, '', ...said].map((text) => ({ text: `${mark} ${text}`.trimEnd() })), { text: '' }];
}

function wrapped(note: string): readonly string[] {
	const rows: string[] = [];
	let row = '-';
	for (const word of note.split(' ')) {
		if (row.length + word.length > 100) {
			rows.push(row);
			row = ' ';
		}
		row += ` ${word}`;
	}
	return [...rows, row];
}

export function titleOf({ strategy }: ClusterPlan): string {
	return shelf[strategy.name].title;
}

/** A knob's value, turned or not. */
export function knob({ strategy }: ClusterPlan, name: string): number {
	return strategy.knobs[name] ?? shelf[strategy.name].knobs[name]?.initial ?? 0;
}

/** A key in words. */
export function keyWords(key: KeyRule): string {
	switch (key.by) {
		case 'address':
			return 'the client’s address';
		case 'uri':
			return 'the request’s path';
		case 'parameter':
			return `the parameter ${key.name}`;
		case 'header':
			return `the header ${key.name}`;
	}
}

export function splitAddress(address: string): { readonly host: string; readonly port: number } {
	const colon = address.lastIndexOf(':');
	return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

export function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
