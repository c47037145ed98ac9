const spoken = ['aria-label', 'aria-valuetext', 'aria-description', 'title', 'placeholder', 'alt', 'content'];

/** The texts of rendered HTML with a letter that stands outside ⟦brackets⟧, but for names and numbers with their units. */
export function unsaid(html: string, names: ReadonlySet<string> = new Set()): readonly string[] {
	const bare = html.replace(/<!--[^]*?-->|<(style|script)[^]*?<\/\1>/g, '');
	const attributes = [...bare.matchAll(/\s([a-z-]+)="([^"]*)"/g)].flatMap(([, name = '', value = '']) =>
		spoken.includes(name) ? [value] : []
	);
	const texts = bare.replace(/(<[^>]*>)+/g, '\n');
	return [texts, ...attributes]
		.flatMap((text) => outside(text).split('\n'))
		.map((text) => text.trim())
		.filter((text) => /\p{L}/u.test(text) && !names.has(text) && !isFigure(text));
}

/** A text without what stands in brackets; brackets may stand in brackets. */
function outside(text: string): string {
	const without = text.replace(/⟦[^⟦⟧]*⟧/g, '');
	return without === text ? text : outside(without);
}

/** `1.08 s`, `never`, a server's letter. */
function isFigure(text: string): boolean {
	return /^([\d.,]+[ \u00a0]?(ms|s|%)?|never|[A-H])$/.test(text);
}
