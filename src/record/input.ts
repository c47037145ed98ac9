import { z } from 'zod';

/** Bad input from a person: the message is one sentence a line, fit to be shown as it is. */
export class InputError extends Error {
	override readonly name = 'InputError';

	/** The first sentence, for a page that has room for one. */
	get first(): string {
		return this.message.split('\n')[0] ?? '';
	}
}

/** What the input is called in errors: a name, or for each path the place it was written, such as `lesson.yaml:14`. */
export type SourceName = string | ((path: readonly PropertyKey[]) => string);

/**
 * Read a value against a schema. @throws InputError with a line for each wrong place, such as
 * `lesson.yaml: servers[0].workers is "two": use a number.` `how` is Zod's own.
 */
export function parse<S extends z.ZodType>(
	schema: S,
	value: unknown,
	source: SourceName,
	how?: z.core.ParseContext<z.core.$ZodIssue>
): z.output<S> {
	const read = schema.safeParse(value, how);
	if (read.success) return read.data;
	const nameOf = typeof source === 'string' ? () => source : source;
	const lines = issuesOf(read.error).map((issue) => `${nameOf(issue.path)}: ${sentence(issue, value)}`);
	throw new InputError(
		lines.slice(0, 5).join('\n') + (lines.length > 5 ? `\n… and ${String(lines.length - 5)} more` : '')
	);
}

/** Read JSON text, then the schema. @throws InputError */
export function parseJson<S extends z.ZodType>(schema: S, text: string, source: string): z.output<S> {
	return parse(schema, jsonOf(text, source), source);
}

/** @throws InputError when the text is not JSON. */
export function jsonOf(text: string, source: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch (error) {
		throw new InputError(
			`${source}: is not JSON (${(error as Error).message}): check it in an editor or save it again.`
		);
	}
}

/** A value of the wrong type may fail further checks too; they would say nothing more. */
function issuesOf({ issues }: z.ZodError): z.core.$ZodIssue[] {
	const mistyped = new Set<string>();
	return issues.filter(({ code, path }) => {
		const place = pathOf(path);
		if (mistyped.has(place)) return false;
		if (code === 'invalid_type') mistyped.add(place);
		return true;
	});
}

function sentence(issue: z.core.$ZodIssue, root: unknown): string {
	const place = pathOf(issue.path);
	if (issue.code === 'unrecognized_keys') {
		const keys = issue.keys.map((key) => `"${key}"`).join(', ');
		return `${place}has the unknown ${issue.keys.length > 1 ? 'fields' : 'field'} ${keys}: remove or rename.`;
	}
	const value = issue.path.reduce<unknown>(
		(inside, key) => (inside as Record<PropertyKey, unknown> | undefined)?.[key],
		root
	);
	return `${place}is ${shown(value)}: ${remedyOf(issue)}.`;
}

/** What a schema says for itself is said as it stands; the library's own messages are put as a remedy. */
function remedyOf(issue: z.core.$ZodIssue): string {
	const { message } = issue;
	const own = /^(Invalid |Too )/.test(message);
	if (!own) return message;
	switch (issue.code) {
		case 'invalid_type':
			return `use ${nounOf(issue.expected)}`;
		case 'invalid_value':
			if (issue.values.length > 1) return `use one of ${listed(issue.values)}`;
			return `expected ${JSON.stringify(issue.values[0])}`;
		case 'too_small':
			return `use ${issue.inclusive === false ? 'more than ' : ''}${amount(issue.minimum, issue.origin)}${issue.inclusive === false ? '' : ' or more'}`;
		case 'too_big':
			return `use ${issue.inclusive === false ? 'less than ' : ''}${amount(issue.maximum, issue.origin)}${issue.inclusive === false ? '' : ' or less'}`;
		case 'invalid_union':
			return 'options' in issue && Array.isArray(issue.options)
				? `use one of ${listed(issue.options)}`
				: 'it fits none of the forms that it may have';
		default:
			return message.replace(/^Invalid input: /, '');
	}
}

function amount(limit: number | bigint, origin: string): string {
	const unit = { string: ' characters', array: ' entries', object: ' fields' }[origin] ?? '';
	return String(limit) + unit;
}

function nounOf(type: string): string {
	if (type === 'int') return 'a whole number';
	if (type === 'record' || type === 'object') return 'an object';
	return type === 'array' ? 'a list' : `a ${type}`;
}

function pathOf(path: readonly PropertyKey[]): string {
	const text = path.map((key) => (typeof key === 'number' ? `[${String(key)}]` : `.${String(key)}`)).join('');
	return text === '' ? '' : `${text.replace(/^\./, '')} `;
}

function shown(value: unknown): string {
	if (value === undefined) return 'missing';
	const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
	return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** A sentence, not a catalogue. */
const mostListed = 12;

function listed(values: readonly unknown[]): string {
	const shown = values.slice(0, mostListed).map((value) => JSON.stringify(value));
	return values.length > mostListed
		? `${shown.join(', ')} … (${String(values.length)} in all)`
		: shown.join(', ');
}
