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
	paintStripes(brush, discs, palette);
	paintCrossed(brush, discs, palette);
	paintBroken(brush, discs, palette);
	paintRings(brush, discs, palette);
	paintMine(brush, discs, palette, labels);
}

function paintHomeward(brush: Brush, discs: Discs, { disc }: Palette): void {
	if (!outlines(brush, discs, 'hollow', -0.5)) return;
	brush.globalAlpha = 0.62;
	brush.strokeStyle = disc;
	brush.lineWidth = 1.1;
	brush.stroke();
	brush.globalAlpha = 1;
}

function paintWaiting(brush: Brush, discs: Discs, { disc, panel }: Palette): void {
	if (!outlines(brush, discs, 'outlined', -0.3)) return;
	brush.fillStyle = panel;
	brush.fill();
	brush.strokeStyle = disc;
	brush.lineWidth = 2;
	brush.stroke();
}

function paintFilled(brush: Brush, discs: Discs, { disc, panel }: Palette): void {
	// A rim sets discs in lit windows off from the light, whatever the strategy's colour.
	let any = begin(brush);
	for (let i = 0; i < discs.length; i++) {
		const each = discs.at(i);
		if (each?.form === 'filled' && each.lit) any = outline(brush, each, 1.4);
	}
	if (any) {
		brush.fillStyle = panel;
		brush.fill();
	}
	brush.fillStyle = disc;
	// One by one: to fill them all as one path costs a brush twice as much, because it looks for where they cross.
	for (let i = 0; i < discs.length; i++) {
		const each = discs.at(i);
		if (each?.form !== 'filled' || each.covered) continue;
		brush.beginPath();
		outline(brush, each, 0);
		brush.fill();
	}
}

/** The giant's: a band across. */
function paintStripes(brush: Brush, discs: Discs, { disc, panel }: Palette): void {
	for (const form of ['filled', 'outlined'] as const) {
		let any = begin(brush);
		for (let i = 0; i < discs.length; i++) {
			const each = discs.at(i);
			if (each?.striped !== true || each.form !== form || each.radius < 2) continue;
			const half = each.radius * 0.71;
			brush.moveTo(each.x - half, each.y + half);
			brush.lineTo(each.x + half, each.y - half);
			any = true;
		}
		if (!any) continue;
		brush.strokeStyle = form === 'filled' ? panel : disc;
		brush.lineWidth = 1.7;
		brush.stroke();
	}
}

function paintCrossed(brush: Brush, discs: Discs, { ink }: Palette): void {
	let any = begin(brush);
	for (let i = 0; i < discs.length; i++) {
		const each = discs.at(i);
		if (each?.form !== 'crossed' || each.covered) continue;
		const { x, y } = each;
		brush.moveTo(x - 3.5, y - 3.5);
		brush.lineTo(x + 3.5, y + 3.5);
		brush.moveTo(x + 3.5, y - 3.5);
		brush.lineTo(x - 3.5, y + 3.5);
		any = true;
	}
	if (!any) return;
	brush.strokeStyle = ink;
	brush.lineWidth = 2;
	brush.stroke();
}

/** A diamond, split: what came back is not what was asked for. */
function paintBroken(brush: Brush, discs: Discs, { bad, panel }: Palette): void {
	let any = begin(brush);
	for (let i = 0; i < discs.length; i++) {
		const each = discs.at(i);
		if (each?.form !== 'broken' || each.covered) continue;
		const { x, y } = each;
		brush.moveTo(x, y - 5);
		brush.lineTo(x + 5, y);
		brush.lineTo(x, y + 5);
		brush.lineTo(x - 5, y);
		brush.closePath();
		brush.moveTo(x - 1, y - 3);
		brush.lineTo(x + 1, y);
		brush.lineTo(x - 1, y + 3);
		any = true;
	}
	if (!any) return;
	brush.fillStyle = panel;
	brush.fill();
	brush.strokeStyle = bad;
	brush.lineWidth = 1.6;
	brush.stroke();
}

/** From the top, clockwise, what is left of the time to the deadline; the last quarter is drawn thicker. */
function paintRings(brush: Brush, discs: Discs, { ink, bad }: Palette): void {
	for (const late of [false, true]) {
		let any = begin(brush);
		for (let i = 0; i < discs.length; i++) {
			const each = discs.at(i);
			// A ring that is not a number is neither.
			if (each === undefined || !(late ? each.ring < 0.25 : each.ring >= 0.25)) continue;
			if (each.form !== 'filled' && each.form !== 'outlined') continue;
			const { x, y, ringRadius } = each;
			brush.moveTo(x, y - ringRadius);
			brush.arc(x, y, ringRadius, -Math.PI / 2, (2 * each.ring - 0.5) * Math.PI);
			any = true;
		}
		if (!any) continue;
		brush.globalAlpha = late ? 1 : 0.6;
		brush.strokeStyle = late ? bad : ink;
		brush.lineWidth = late ? 1.9 : 1;
		brush.stroke();
		brush.globalAlpha = 1;
	}
}

function paintMine(
	brush: Brush,
	discs: Discs,
	{ ink, panel, font }: Palette,
	labels: 'above' | 'right'
): void {
	let any = begin(brush);
	for (let i = 0; i < discs.length; i++) {
		const each = discs.at(i);
		if (each?.mine === true || each?.chosen === true) any = circle(brush, each, 4.5);
	}
	if (!any) return;
	brush.strokeStyle = panel;
	brush.lineWidth = 4;
	brush.stroke();
	brush.strokeStyle = ink;
	brush.lineWidth = 1.8;
	brush.stroke();
	brush.font = `600 12px ${font}`;
	brush.textAlign = labels === 'above' ? 'center' : 'left';
	brush.lineWidth = 4;
	for (let i = 0; i < discs.length; i++) {
		const each = discs.at(i);
		if (each?.mine !== true) continue;
		const x = labels === 'above' ? each.x : each.x + each.radius + 9;
		const y = labels === 'above' ? each.y - each.radius - 9 : each.y + 4;
		brush.strokeStyle = panel;
		brush.strokeText('yours', x, y);
		brush.fillStyle = ink;
		brush.fillText('yours', x, y);
	}
}

/** A new path, with nothing on it yet. */
function begin(brush: Brush): boolean {
	brush.beginPath();
	return false;
}

/** The outlines of all of a form; false when there is none. */
function outlines(brush: Brush, discs: Discs, form: DiscForm, grow: number): boolean {
	let any = begin(brush);
	for (let i = 0; i < discs.length; i++) {
		const each = discs.at(i);
		if (each?.form === form && !each.covered) any = outline(brush, each, grow);
	}
	return any;
}

/** Corners of a shape whose area is that of a disc of radius 1, on a circle of this radius, from this angle. */
const corners = {
	square: { count: 4, radius: Math.sqrt(Math.PI / 2), from: Math.PI / 4 },
	triangle: { count: 3, radius: Math.sqrt((4 * Math.PI) / (3 * Math.sqrt(3))), from: -Math.PI / 2 },
	hexagon: { count: 6, radius: Math.sqrt((2 * Math.PI) / (3 * Math.sqrt(3))), from: 0 }
} as const;

function outline(brush: Brush, disc: Disc, grow: number): true {
	if (disc.shape === 'round') return circle(brush, disc, grow);
	const { count, radius, from } = corners[disc.shape];
	const r = Math.max(0.5, disc.radius + grow) * radius;
	for (let i = 0; i < count; i++) {
		const angle = from + (i / count) * 2 * Math.PI;
		const x = disc.x + r * Math.cos(angle);
		const y = disc.y + r * Math.sin(angle);
		if (i === 0) brush.moveTo(x, y);
		else brush.lineTo(x, y);
	}
	brush.closePath();
	return true;
}

function circle(brush: Brush, { x, y, radius }: Disc, grow: number): true {
	const r = Math.max(0.5, radius + grow);
	brush.moveTo(x + r, y);
	brush.arc(x, y, r, 0, 2 * Math.PI);
	return true;
}
