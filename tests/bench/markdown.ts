/** A table in Markdown that is also fit to be read as it stands: the first column to the left, figures to the right. */
export function markdownTable([head = [], ...body]: readonly (readonly string[])[]): string[] {
	const widths = head.map((title, column) =>
		Math.max(title.length, ...body.map((row) => row[column]?.length ?? 0))
	);
	const line = (row: readonly string[]): string => {
		const cells = widths.map((width, column) => {
			const text = row[column] ?? '';
			return column === 0 ? text.padEnd(width) : text.padStart(width);
		});
		return `| ${cells.join(' | ')} |`;
	};
	const rule = widths.map((width, column) =>
		column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`
	);
	return [line(head), line(rule), ...body.map(line)];
}
