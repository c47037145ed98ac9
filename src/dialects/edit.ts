import type { Edit } from './dialect.ts';

/** The text with its edits made. */
export function edited(text: string, edits: readonly Edit[]): string {
	const lines = text.split('\n');
	for (const { line, remove, insert } of edits.toSorted((a, b) => b.line - a.line))
		lines.splice(line - 1, remove, ...insert);
	return lines.join('\n');
}

/** The edits as a unified diff, with up to two lines around each. */
export function diffOf(text: string, edits: readonly Edit[]): readonly string[] {
	const lines = text.split('\n');
	let shift = 0;
	return edits
		.toSorted((a, b) => a.line - b.line)
		.flatMap(({ line, remove, insert }) => {
			const at = line - 1;
			const from = Math.max(0, at - 2);
			const before = lines.slice(from, at);
			const after = lines.slice(at + remove, at + remove + 2);
			const length = before.length + after.length;
			const head = `@@ -${String(from + 1)},${String(length + remove)} +${String(from + 1 + shift)},${String(length + insert.length)} @@`;
			shift += insert.length - remove;
			return [
				head,
				...before.map((one) => ` ${one}`),
				...lines.slice(at, at + remove).map((one) => `-${one}`),
				...insert.map((one) => `+${one}`),
				...after.map((one) => ` ${one}`)
			];
		});
}
