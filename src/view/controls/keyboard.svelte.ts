import { untrack } from 'svelte';
import type { KeyTable } from './keys.ts';

/** The keys that work on the page as it stands: whoever hears keys lists them here, and the sheet reads them. */
class Keyboard {
	tables = $state.raw<readonly KeyTable[]>([]);
	/** Whether the sheet is shown. */
	open = $state(false);

	/** @returns what takes it out again. */
	add(table: KeyTable): () => void {
		this.tables = [...this.tables, table];
		return () => {
			this.tables = this.tables.filter((other) => other !== table);
		};
	}
}

export const keyboard = new Keyboard();

/** As long as the component lives, these keys work; undefined while they do not. */
export function listed(read: () => KeyTable | undefined): void {
	$effect(() => {
		const table = read();
		return table && untrack(() => keyboard.add(table));
	});
}
