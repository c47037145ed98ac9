import type { Line, Part } from './dialect.ts';

/** A piece of YAML that knows which part of the picture it is about. */
export type Yaml = string | number | boolean | readonly Yaml[] | YamlMap | Marked;
export interface YamlMap {
	readonly [name: string]: Yaml | undefined;
}

/** All of `value` is about this part, unless something inside it says otherwise. */
class Marked {
	readonly part: Part;
	readonly value: Yaml;
	readonly says: string | undefined;

	constructor(part: Part, value: Yaml, says?: string) {
		this.part = part;
		this.value = value;
		this.says = says;
	}
}

/** `says` is a comment that stands above it. */
export function about(part: Part, value: Yaml, says?: string): Yaml {
	return new Marked(part, value, says);
}

/** Lines of YAML in block style, about the gate unless marked; every text that could be taken for something else is quoted. */
export function yamlLines(value: Yaml, part: Part = 'gate'): readonly Line[] {
	return block(value, '', part);
}

function block(value: Yaml, indent: string, part: Part): readonly Line[] {
	if (value instanceof Marked) return [...comment(value, indent), ...block(value.value, indent, value.part)];
	if (isList(value)) return value.flatMap((item) => itemLines(item, indent, part));
	if (typeof value === 'object')
		return Object.entries(value).flatMap(([name, inner]) =>
			inner === undefined ? [] : entry(name, inner, indent, part)
		);
	return [{ text: indent + scalar(value), part }];
}

function entry(name: string, value: Yaml, indent: string, part: Part): readonly Line[] {
	if (value instanceof Marked)
		return [...comment(value, indent), ...entry(name, value.value, indent, value.part)];
	if (typeof value !== 'object') return [{ text: `${indent}${label(name)}: ${scalar(value)}`, part }];
	const empty = isList(value) ? value.length === 0 : Object.values(value).every((one) => one === undefined);
	if (empty) return [{ text: `${indent}${label(name)}: ${isList(value) ? '[]' : '{}'}`, part }];
	return [{ text: `${indent}${label(name)}:`, part }, ...block(value, `${indent}  `, part)];
}

function itemLines(item: Yaml, indent: string, part: Part): readonly Line[] {
	const [value, own, above] =
		item instanceof Marked ? [item.value, item.part, comment(item, indent)] : [item, part, []];
	const inside = block(value, `${indent}  `, own);
	// The dash stands where the first line was indented; a comment above the first line goes above the dash.
	const first = inside.findIndex(({ text }) => !text.trimStart().startsWith('#'));
	return [
		...above,
		...inside.map((one, index) =>
			index === first ? { ...one, text: `${indent}- ${one.text.slice(indent.length + 2)}` } : one
		)
	];
}

function comment({ says, part }: Marked, indent: string): readonly Line[] {
	return says === undefined ? [] : [{ text: `${indent}# ${says}`, part }];
}

function isList(value: Yaml): value is readonly Yaml[] {
	return Array.isArray(value);
}

function scalar(value: string | number | boolean): string {
	if (typeof value !== 'string') return String(value);
	const plain = /^[A-Za-z_/][\w./@-]*$/.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value);
	return plain ? value : JSON.stringify(value);
}

function label(name: string): string {
	return /^[A-Za-z][\w./-]*$/.test(name) ? name : JSON.stringify(name);
}
