import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { paintDiscs } from '#view/stage/paint.ts';
import { Pixels } from '#view/stage/pixels.ts';
import { Stamps } from '#view/stage/stamps.ts';
import { paletteFrom } from '#view/stage/theme-colours.ts';
import { pictures, type Picture } from '../../src/routes/gallery/pictures.ts';
import { lanesOf } from '../../src/routes/gallery/shown.ts';
import { drawn, svgsOf } from './picture.ts';
import { readPng, writePng } from './png.ts';

const folder = '../pictures';

for (const picture of pictures) {
	test(`The stage draws “${picture.title}” (${picture.id}) as it was`, async () => {
		for (const [lane, svg] of svgsOf(picture).entries())
			await expect(svg).toMatchFileSnapshot(`${folder}/${picture.id}${lane === 0 ? '' : '-b'}.svg`);
	});
}

/** The colours of `tokens.css`, by theme. */
function coloursIn(theme: 'light' | 'dark'): (name: string) => string {
	const css = readFileSync('src/view/tokens.css', 'utf8');
	const from = theme === 'light' ? css.indexOf(':root {') : css.indexOf("[data-theme='dark'] {");
	const colours = new Map(
		[...css.slice(from, css.indexOf('}', from)).matchAll(/(--[\w-]+): (#[0-9a-f]+);/g)].map((found) => [
			found[1] ?? '',
			found[2] ?? ''
		])
	);
	return (name) => colours.get(name) ?? '';
}

function named(id: string): Picture {
	const found = pictures.find((one) => one.id === id);
	if (found === undefined) throw new Error(`There is no picture ${id}.`);
	return found;
}

const painted = [
	{ id: 'overload', theme: 'light', scale: 1 },
	{ id: 'dark', theme: 'dark', scale: 1 },
	{ id: 'retry-storm', theme: 'light', scale: 2 }
] as const;

for (const { id, theme, scale } of painted) {
	test(`The requests of “${id}” are painted as they were, to three of 255 shades`, () => {
		const picture = named(id);
		const [lane] = lanesOf(picture);
		if (lane === undefined) throw new Error('A picture has a lane.');
		const { geometry, discs } = drawn(picture, lane);
		const { inks } = paletteFrom(coloursIn(theme), lane.strategy.name);
		const pixels = new Pixels(geometry.width * scale, geometry.height * scale);
		paintDiscs(pixels, discs, new Stamps(inks, scale, pixels.width));
		const file = new URL(`${folder}/${id}.png`, import.meta.url);
		if (process.env['PICTURES'] === 'write') writePng(file, pixels);
		const before = readPng(file);
		expect([before.width, before.height]).toEqual([pixels.width, pixels.height]);
		let most = 0;
		for (let i = 0; i < pixels.bytes.length; i++)
			most = Math.max(most, Math.abs((pixels.bytes[i] ?? 0) - (before.bytes[i] ?? 0)));
		expect(most).toBeLessThanOrEqual(3);
		expect(pixels.bytes.some((byte) => byte > 0)).toBe(true);
	});
}
