import { keysWords } from '#words/keys.ts';

/** A key, or several that do the same, and what they do: what the handler goes by and what the sheet lists is one line. */
export interface KeyLine<Deed extends string = string> {
	readonly deed: Deed;
	/** As `KeyboardEvent.key` says them, letters small. */
	readonly keys: readonly string[];
	/** With Ctrl, on a Mac with ⌘. */
	readonly ctrl?: boolean;
	readonly shift?: boolean;
	/** What it does: "Play or pause". */
	readonly says: string;
}

/** Keys that work in one place of a page. */
export interface KeyTable<Deed extends string = string> {
	/** "While nothing else has the focus" */
	readonly where: string;
	readonly lines: readonly KeyLine<Deed>[];
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** What a table's keys do with this one; undefined when it is none of them. */
export function deedOf<Deed extends string>(
	{ lines }: KeyTable<Deed>,
	{ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed
): Deed | undefined {
	if (altKey) return undefined;
	const pressed = key.length === 1 ? key.toLowerCase() : key;
	return lines.find(
		({ keys, ctrl = false, shift }) =>
			keys.includes(pressed) && ctrl === (ctrlKey || metaKey) && (shift === undefined || shift === shiftKey)
	)?.deed;
}

/** The tables of a page as a sheet shows them: each place once, with the lines that any of its tables has. */
export function sheetOf(tables: readonly KeyTable[]): readonly KeyTable[] {
	const places = new Map<string, KeyLine[]>();
	for (const { where, lines } of tables) {
		const known = places.get(where) ?? [];
		places.set(where, [
			...known,
			...lines.filter((line) => known.every((other) => shownKeys(other) !== shownKeys(line)))
		]);
	}
	return [...places].map(([where, lines]) => ({ where, lines }));
}

const say = keysWords;

const names: Readonly<Partial<Record<string, string>>> = {
	' ': say.names.space,
	ArrowLeft: '←',
	ArrowRight: '→',
	ArrowUp: '↑',
	ArrowDown: '↓',
	Escape: say.names.escape,
	PageUp: say.names.pageUp,
	PageDown: say.names.pageDown
};

/** Each of a line's keys as keyboards have it: `Ctrl Z`, `Space`. */
export function keysOf({ keys, ctrl = false, shift = false }: KeyLine): readonly string[] {
	const held = [...(ctrl ? [say.names.ctrl] : []), ...(shift ? [say.names.shift] : [])];
	return keys.map((key) => [...held, names[key] ?? (key.length === 1 ? key.toUpperCase() : key)].join(' '));
}

/** All of them: `Enter or Space`. */
export function shownKeys(line: KeyLine): string {
	return keysOf(line).join(` ${say.or} `);
}

/** In a field of text a letter is a letter. */
export function isTyping(target: EventTarget | null): boolean {
	return (
		target instanceof HTMLElement &&
		target.closest('input:not([type=range], [type=radio], [type=checkbox]), select, textarea') !== null
	);
}
