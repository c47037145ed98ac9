import { dialectNames, dialects, type DialectName } from './index.ts';

/** Dialects that can be read. */
export const readable = dialectNames.filter((name) => dialects[name].read !== undefined);

/** Whose configuration a text looks like; undefined for an empty one. */
export function guessDialect(text: string): DialectName | undefined {
	if (text.trim() === '') return undefined;
	return (
		readable.find((name) => dialects[name].looks?.test(text) === true) ??
		readable.find((name) => dialects[name].looks === undefined)
	);
}

/** Whose a file is, by its name without folders. */
export function dialectNamed(name: string): DialectName | undefined {
	return readable.find((one) => dialects[one].named?.test(name.toLowerCase()) === true);
}
