import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('../../src/view/tokens.css', import.meta.url), 'utf8');

/** The custom properties of each block that names the paper: light, dark by the system, dark by choice. */
const themes = css
	.split('}')
	.map(
		(block) =>
			new Map([...block.matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, name = '', value = '']) => [name, value]))
	)
	.filter((properties) => properties.has('--paper'));
const [light, dark, darkByChoice] = themes;

/** WCAG 2.2, relative luminance of `#rrggbb`. */
function luminance(hex: string): number {
	const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
		const part = parseInt(hex.slice(at, at + 2), 16) / 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
	const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
	return (high + 0.05) / (low + 0.05);
}

test('Both ways to the dark theme lead to the same colours', () => {
	expect(themes).toHaveLength(3);
	expect(Object.fromEntries(dark ?? [])).toEqual(Object.fromEntries(darkByChoice ?? []));
});

test('Every colour of a strategy is there in both themes, and readable as text on paper and panel', () => {
	const names = [...(light ?? [])].filter(
		([name, value]) => name.startsWith('--strategy-') && value.startsWith('#')
	);
	expect(names.length).toBeGreaterThan(6);
	for (const theme of [light, dark]) {
		for (const [name] of names) {
			const colour = theme?.get(name);
			expect(colour, name).toMatch(/^#[0-9a-f]{6}$/);
			for (const ground of ['--paper', '--panel']) {
				expect(
					contrast(colour ?? '', theme?.get(ground) ?? ''),
					`${name} on ${ground}`
				).toBeGreaterThanOrEqual(4.5);
			}
		}
	}
});

test('What borrows a colour borrows one that is there', () => {
	for (const [name, value] of light ?? []) {
		const [, borrowed] = /^var\((--strategy-[\w-]+)\)$/.exec(value) ?? [];
		if (borrowed !== undefined) expect(light?.has(borrowed), `${name} borrows ${borrowed}`).toBe(true);
	}
});
