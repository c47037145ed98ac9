import { stageWords } from '#words/stage.ts';
import type { Disc, DiscForm, Discs } from './discs.ts';
import { phases, type Pixels } from './pixels.ts';
import type { Inks } from './stamp.ts';
import type { Stamps } from './stamps.ts';

/** Colours as the canvas takes them, read from the page's custom properties. */
export interface Palette {
	readonly inks: Inks;
	readonly panel: string;
	readonly ink: string;
	/** The font of labels, without its size. */
	readonly font: string;
}

/** From those on their way home, who matter least, to those that went wrong. */
const order: readonly DiscForm[] = ['hollow', 'outlined', 'filled', 'crossed', 'broken'];

/** Paints one frame's discs, and their rings above them. */
export function paintDiscs(pixels: Pixels, discs: Discs, stamps: Stamps): void {
	pixels.clear();
	for (const form of order) {
		for (let i = 0; i < discs.length; i++) {
			const disc = discs.at(i);
			if (disc?.form === form) lay(pixels, stamps, disc, false);
		}
	}
	for (let i = 0; i < discs.length; i++) {
		const disc = discs.at(i);
		// A ring that is not a number is none.
		if (disc !== undefined && disc.ring >= 0 && (disc.form === 'filled' || disc.form === 'outlined'))
			lay(pixels, stamps, disc, true);
	}
}

/** A disc, or its ring: what is left of the time to its deadline, from the top, clockwise; the last quarter is thicker. */
function lay(pixels: Pixels, stamps: Stamps, disc: Disc, ring: boolean): void {
	// The middle of the device's pixel 0 is at half a pixel.
	const x = Math.round((disc.x * stamps.scale - 0.5) * phases);
	const y = Math.round((disc.y * stamps.scale - 0.5) * phases);
	const column = Math.floor(x / phases);
	const row = Math.floor(y / phases);
	const phase = (y - row * phases) * phases + x - column * phases;
	if (ring) pixels.stamp(stamps.ring(disc.ringRadius, disc.ring < 0.25, phase), column, row, disc.ring * 255);
	else pixels.stamp(stamps.disc(disc, phase), column, row);
}

/** The part of a canvas context that is used, so that a test can hear it. */
export type Brush = Pick<
	CanvasRenderingContext2D,
	| 'beginPath'
	| 'arc'
	| 'stroke'
	| 'fillText'
	| 'strokeText'
	| 'fillStyle'
	| 'strokeStyle'
	| 'lineWidth'
	| 'lineJoin'
	| 'font'
	| 'textAlign'
>;

/** Marks the learner's own, with a word above or to the right of it, and the one that is selected. */
export function markDiscs(
	brush: Brush,
	discs: Discs,
	{ ink, panel, font }: Palette,
	labels: 'above' | 'right'
): void {
	for (let i = 0; i < discs.length; i++) {
		const disc = discs.at(i);
		if (disc === undefined || !(disc.mine || disc.chosen)) continue;
		brush.beginPath();
		brush.arc(disc.x, disc.y, disc.radius + 4.5, 0, 2 * Math.PI);
		brush.strokeStyle = panel;
		brush.lineWidth = 4;
		brush.stroke();
		brush.strokeStyle = ink;
		brush.lineWidth = 1.8;
		brush.stroke();
		if (!disc.mine) continue;
		const x = labels === 'above' ? disc.x : disc.x + disc.radius + 9;
		const y = labels === 'above' ? disc.y - disc.radius - 9 : disc.y + 4;
		brush.font = `600 12px ${font}`;
		brush.textAlign = labels === 'above' ? 'center' : 'left';
		brush.lineJoin = 'round';
		brush.lineWidth = 4;
		brush.strokeStyle = panel;
		brush.strokeText(stageWords.yours, x, y);
		brush.fillStyle = ink;
		brush.fillText(stageWords.yours, x, y);
	}
}
