import type { DiscForm, DiscShape } from './discs.ts';
import { over } from './pixels.ts';

/** A small picture around its middle pixel: those of its pixels that are not empty. */
export interface Stamp {
	/** It reaches so many pixels from the middle. */
	readonly size: number;
	/** How many at the beginning are opaque for certain. */
	readonly solid: number;
	/** Each one's place in the picture that it is for, counted from the middle's. */
	readonly offsets: Int32Array;
	readonly pixels: Uint32Array;
	/** Of a ring, whose pixels stand clockwise from the top: how many lie no farther round than this, of 255. */
	readonly upTo: Uint16Array | undefined;
}

/** What a stamp is made for. */
export interface Grain {
	/** The device's pixels for one of CSS. */
	readonly scale: number;
	/** In the device's pixels, the width of the picture that it is laid on. */
	readonly width: number;
	/** How far right of and below the middle pixel's the stamp's middle is, in shares of the device's pixel. */
	readonly dx: number;
	readonly dy: number;
}

/** Colours as pixels: alpha, blue, green and red from the highest byte down. */
export interface Inks {
	/** The strategy's colour. */
	readonly disc: number;
	/** What lies behind, for rims and for the inside of outlined discs. */
	readonly panel: number;
	readonly ink: number;
	readonly bad: number;
}

/** How a disc looks, besides where it is. */
export interface Look {
	readonly form: DiscForm;
	readonly shape: DiscShape;
	readonly radius: number;
	readonly lit: boolean;
	readonly striped: boolean;
}

/** How far a point is outside of something, in CSS pixels; inside it is negative. */
type Distance = (x: number, y: number) => number;

interface Layer {
	readonly distance: Distance;
	readonly ink: number;
	/** 1 unless told. */
	readonly alpha?: number;
}

export function discStamp(look: Look, inks: Inks, grain: Grain): Stamp {
	const found = pixelsOf(layersOf(look, inks), reachOf(look), grain);
	const solid = found.filter(isSolid);
	const edge = found.filter((one) => !isSolid(one));
	return stampOf([...solid, ...edge], solid.length, undefined, grain);
}

/** A whole ring; how much of it is seen is said when it is laid down. */
export function ringStamp(radius: number, late: boolean, { ink, bad }: Inks, grain: Grain): Stamp {
	const layer: Layer = {
		distance: band(circle(radius), late ? 1.9 : 1),
		ink: late ? bad : ink,
		alpha: late ? 1 : 0.6
	};
	const found = pixelsOf([layer], radius + 1, grain).map((one) => {
		const turn = Math.atan2(one.column - grain.dx, grain.dy - one.row) / (2 * Math.PI);
		return { ...one, turn: Math.round((turn < 0 ? turn + 1 : turn) * 255) };
	});
	const clockwise = found.toSorted((one, other) => one.turn - other.turn);
	const upTo = Uint16Array.from(
		{ length: 256 },
		(_, most) => found.filter(({ turn }) => turn <= most).length
	);
	return stampOf(clockwise, 0, upTo, grain);
}

function reachOf({ form, radius, lit }: Look): number {
	if (form === 'crossed') return 4.5;
	if (form === 'broken') return 6.2;
	// A triangle's corners are the farthest from its middle.
	return radius * 1.6 + (lit ? 1.4 : 1);
}

function layersOf({ form, shape, radius, lit, striped }: Look, { disc, panel, ink, bad }: Inks): Layer[] {
	const half = radius * 0.71;
	const stripe = (colour: number): Layer[] =>
		striped && radius >= 2 ? [{ distance: stroke([[-half, half, half, -half]], 1.7), ink: colour }] : [];
	switch (form) {
		case 'filled':
			return [
				// A rim sets discs in lit windows off from the light, whatever the strategy's colour.
				...(lit ? [{ distance: outline(shape, radius + 1.4), ink: panel }] : []),
				{ distance: outline(shape, radius), ink: disc },
				...stripe(panel)
			];
		case 'outlined': {
			const edge = outline(shape, radius - 0.3);
			return [{ distance: edge, ink: panel }, { distance: band(edge, 2), ink: disc }, ...stripe(disc)];
		}
		case 'hollow':
			return [{ distance: band(outline(shape, radius - 0.5), 1.1), ink: disc, alpha: 0.62 }];
		case 'crossed':
			return [
				{
					distance: stroke(
						[
							[-3.5, -3.5, 3.5, 3.5],
							[3.5, -3.5, -3.5, 3.5]
						],
						2
					),
					ink
				}
			];
		case 'broken': {
			// A diamond, split: what came back is not what was asked for.
			const edge: Distance = (x, y) => (Math.abs(x) + Math.abs(y) - 5) * Math.SQRT1_2;
			return [
				{ distance: edge, ink: panel },
				{ distance: band(edge, 1.6), ink: bad },
				{
					distance: stroke(
						[
							[-1, -3, 1, 0],
							[1, 0, -1, 3]
						],
						1.6
					),
					ink: bad
				}
			];
		}
	}
}

/** A pixel of a stamp, and where it is from the middle's. */
interface Place {
	readonly column: number;
	readonly row: number;
	readonly pixel: number;
}

function isSolid({ pixel }: Place): boolean {
	return pixel >= 0xff000000;
}

/** Row by row, those that are not empty. */
function pixelsOf(layers: readonly Layer[], reach: number, { scale, dx, dy }: Grain): Place[] {
	const size = Math.ceil((reach + 0.5) * scale) + 1;
	const found: Place[] = [];
	for (let row = -size; row <= size; row++) {
		for (let column = -size; column <= size; column++) {
			const pixel = pixelAt(layers, (column - dx) / scale, (row - dy) / scale, scale);
			if (pixel !== 0) found.push({ column, row, pixel });
		}
	}
	return found;
}

function stampOf(
	places: readonly Place[],
	solid: number,
	upTo: Uint16Array | undefined,
	{ width }: Grain
): Stamp {
	return {
		size: Math.max(0, ...places.map(({ column, row }) => Math.max(Math.abs(column), Math.abs(row)))),
		solid,
		offsets: Int32Array.from(places, ({ column, row }) => row * width + column),
		pixels: Uint32Array.from(places, ({ pixel }) => pixel),
		upTo
	};
}

function pixelAt(layers: readonly Layer[], x: number, y: number, scale: number): number {
	let pixel = 0;
	for (const { distance, ink, alpha = 1 } of layers) {
		// An edge covers the pixel that it goes through in part.
		const cover = Math.min(1, Math.max(0, 0.5 - distance(x, y) * scale)) * alpha;
		const own = Math.round(cover * (ink >>> 24));
		if (own > 0) pixel = over(((own << 24) | (ink & 0xffffff)) >>> 0, pixel);
	}
	return pixel;
}

/** Corners of a shape whose area is that of a disc of radius 1, on a circle of this radius, from this angle. */
const corners = {
	square: { count: 4, radius: Math.sqrt(Math.PI / 2), from: Math.PI / 4 },
	triangle: { count: 3, radius: Math.sqrt((4 * Math.PI) / (3 * Math.sqrt(3))), from: -Math.PI / 2 },
	hexagon: { count: 6, radius: Math.sqrt((2 * Math.PI) / (3 * Math.sqrt(3))), from: 0 }
} as const;

function outline(shape: DiscShape, radius: number): Distance {
	const r = Math.max(0.5, radius);
	if (shape === 'round') return circle(r);
	const { count, radius: corner, from } = corners[shape];
	const height = r * corner * Math.cos(Math.PI / count);
	// Each side looks halfway between two corners.
	const sides = Array.from({ length: count }, (_, i) => from + ((i + 0.5) / count) * 2 * Math.PI);
	const normals = sides.map((angle) => [Math.cos(angle), Math.sin(angle)] as const);
	return (x, y) => Math.max(...normals.map(([nx, ny]) => nx * x + ny * y)) - height;
}

function circle(radius: number): Distance {
	return (x, y) => Math.hypot(x, y) - radius;
}

/** A line of this width along an edge. */
function band(edge: Distance, width: number): Distance {
	return (x, y) => Math.abs(edge(x, y)) - width / 2;
}

type Line = readonly [x1: number, y1: number, x2: number, y2: number];

/** Lines with round ends. */
function stroke(lines: readonly Line[], width: number): Distance {
	return (x, y) => Math.min(...lines.map((line) => toLine(line, x, y))) - width / 2;
}

function toLine([x1, y1, x2, y2]: Line, x: number, y: number): number {
	const dx = x2 - x1;
	const dy = y2 - y1;
	const share = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
	return Math.hypot(x - x1 - share * dx, y - y1 - share * dy);
}
