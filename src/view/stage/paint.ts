import type { Disc, DiscForm, Discs } from './discs.ts';

/** Colours as the canvas takes them, read from the page's custom properties. */
export interface Palette {
	/** The strategy's colour. */
	readonly disc: string;
	/** What lies behind, for rims and for the inside of outlined discs. */
	readonly panel: string;
	readonly ink: string;
	readonly bad: string;
	/** The font of labels, without its size. */
	readonly font: string;
}

/** The part of a canvas context that is used, so that a test can hear it. */
export type Brush = Pick<
	CanvasRenderingContext2D,
	| 'beginPath'
	| 'moveTo'
	| 'lineTo'
	| 'arc'
	| 'closePath'
	| 'fill'
	| 'stroke'
	| 'fillText'
	| 'strokeText'
	| 'fillStyle'
	| 'strokeStyle'
	| 'lineWidth'
	| 'lineJoin'
	| 'globalAlpha'
	| 'font'
	| 'textAlign'
>;

/** Paints one frame's discs on an empty canvas, each form in one stroke of the brush; `labels` says where words go. */
export function paintDiscs(brush: Brush, discs: Discs, palette: Palette, labels: 'above' | 'right'): void {
	brush.lineJoin = 'round';
	paintHomeward(brush, discs, palette);
	paintWaiting(brush, discs, palette);
	paintFilled(brush, discs, palette);
	paintCrossed(brush, discs, palette);
	paintBroken(brush, discs, palette);
	paintBoulders(brush, discs, palette);
	paintMine(brush, discs, palette, labels);
}

function paintHomeward(brush: Brush, discs: Discs, { disc }: Palette): void {
	circles(brush, discs, 'hollow', -0.5);
	brush.globalAlpha = 0.62;
	brush.strokeStyle = disc;
	brush.lineWidth = 1.1;
	brush.stroke();
	brush.globalAlpha = 1;
}

function paintWaiting(brush: Brush, discs: Discs, { disc, panel }: Palette): void {
	circles(brush, discs, 'outlined', -0.3);
	brush.fillStyle = panel;
	brush.fill();
	brush.strokeStyle = disc;
	brush.lineWidth = 2;
	brush.stroke();
}

function paintFilled(brush: Brush, discs: Discs, { disc, panel }: Palette): void {
	// A rim sets discs in lit windows off from the light, whatever the strategy's colour.
	brush.beginPath();
	for (const each of discs) if (each.form === 'filled' && each.lit) circle(brush, each, 1.4);
	brush.fillStyle = panel;
	brush.fill();
	circles(brush, discs, 'filled', 0);
	brush.fillStyle = disc;
	brush.fill();
}

function paintCrossed(brush: Brush, discs: Discs, { ink }: Palette): void {
	brush.beginPath();
	for (const { form, x, y } of discs) {
		if (form !== 'crossed') continue;
		brush.moveTo(x - 3.5, y - 3.5);
		brush.lineTo(x + 3.5, y + 3.5);
		brush.moveTo(x + 3.5, y - 3.5);
		brush.lineTo(x - 3.5, y + 3.5);
	}
	brush.strokeStyle = ink;
	brush.lineWidth = 2;
	brush.stroke();
}

/** A diamond, split: what came back is not what was asked for. */
function paintBroken(brush: Brush, discs: Discs, { bad, panel }: Palette): void {
	brush.beginPath();
	for (const { form, x, y } of discs) {
		if (form !== 'broken') continue;
		brush.moveTo(x, y - 5);
		brush.lineTo(x + 5, y);
		brush.lineTo(x, y + 5);
		brush.lineTo(x - 5, y);
		brush.closePath();
		brush.moveTo(x - 1, y - 3);
		brush.lineTo(x + 1, y);
		brush.lineTo(x - 1, y + 3);
	}
	brush.fillStyle = panel;
	brush.fill();
	brush.strokeStyle = bad;
	brush.lineWidth = 1.6;
	brush.stroke();
}

/** A ring inside says: more work than the largest disc can show. */
function paintBoulders(brush: Brush, discs: Discs, { disc, panel }: Palette): void {
	for (const form of ['filled', 'outlined'] as const) {
		brush.beginPath();
		for (const each of discs)
			if (each.boulder && !each.lit && each.form === form) circle(brush, each, 3 - each.radius);
		brush.strokeStyle = form === 'filled' ? panel : disc;
		brush.lineWidth = 1.4;
		brush.stroke();
	}
}

function paintMine(
	brush: Brush,
	discs: Discs,
	{ ink, panel, font }: Palette,
	labels: 'above' | 'right'
): void {
	brush.beginPath();
	for (const each of discs) if (each.mine) circle(brush, each, 4.5);
	brush.strokeStyle = panel;
	brush.lineWidth = 4;
	brush.stroke();
	brush.strokeStyle = ink;
	brush.lineWidth = 1.8;
	brush.stroke();
	brush.font = `600 12px ${font}`;
	brush.textAlign = labels === 'above' ? 'center' : 'left';
	brush.lineWidth = 4;
	for (const each of discs) {
		if (!each.mine) continue;
		const x = labels === 'above' ? each.x : each.x + each.radius + 9;
		const y = labels === 'above' ? each.y - each.radius - 9 : each.y + 4;
		brush.strokeStyle = panel;
		brush.strokeText('yours', x, y);
		brush.fillStyle = ink;
		brush.fillText('yours', x, y);
	}
}

function circles(brush: Brush, discs: Discs, form: DiscForm, grow: number): void {
	brush.beginPath();
	for (const each of discs) if (each.form === form) circle(brush, each, grow);
}

function circle(brush: Brush, { x, y, radius }: Disc, grow: number): void {
	const r = Math.max(0.5, radius + grow);
	brush.moveTo(x + r, y);
	brush.arc(x, y, r, 0, 2 * Math.PI);
}
