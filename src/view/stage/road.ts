import { curveBumpX, line, path } from 'd3';

export interface Point {
	x: number;
	y: number;
}

/** A way that can be drawn and walked: what `d` shows is exactly where `pointAt` leads. */
export interface Road {
	/** For an SVG path. */
	readonly d: string;
	/** In pixels. */
	readonly length: number;
	/** The point after `distance` pixels, written into `into`; before the start and beyond the end it stays there. */
	pointAt(distance: number, into: Point): Point;
}

/** Straight out of the gate to `exit`, in d3's bump curve to `bend`, then straight to `end`. */
export function forkRoad(start: Point, exit: Point, bend: Point, end: Point): Road {
	const surveyor = new Surveyor();
	surveyor.moveTo(start.x, start.y);
	const bump = line<Point>(
		({ x }) => x,
		({ y }) => y
	)
		.curve(curveBumpX)
		.context(surveyor as unknown as CanvasRenderingContext2D);
	surveyor.lineTo(exit.x, exit.y);
	bump([exit, bend]);
	surveyor.lineTo(end.x, end.y);
	return surveyor.road();
}

/** Straight down from the gate, round a corner of `radius`, then straight to the right. */
export function branchRoad(start: Point, end: Point, radius: number): Road {
	const surveyor = new Surveyor();
	surveyor.moveTo(start.x, start.y);
	surveyor.lineTo(start.x, end.y - radius);
	// The cubic that comes closest to a quarter of a circle has its handles at 0.5523 of the radius.
	const handle = radius * (1 - 0.5523);
	surveyor.bezierCurveTo(start.x, end.y - handle, start.x + handle, end.y, start.x + radius, end.y);
	surveyor.lineTo(end.x, end.y);
	return surveyor.road();
}

export function straightRoad(start: Point, end: Point): Road {
	const surveyor = new Surveyor();
	surveyor.moveTo(start.x, start.y);
	surveyor.lineTo(end.x, end.y);
	return surveyor.road();
}

type Cubic = readonly [
	x0: number,
	y0: number,
	x1: number,
	y1: number,
	x2: number,
	y2: number,
	x3: number,
	y3: number
];

interface Segment {
	readonly cubic: Cubic;
	readonly length: number;
	/** Lengths from the start of a curve to its samples at equal steps of the parameter; undefined for a line. */
	readonly table: Float64Array | undefined;
}

const samples = 128;

/** Hears the same calls as d3's path, so the segments measured are the very ones drawn. */
class Surveyor {
	#path = path();
	#segments: Segment[] = [];
	#x = 0;
	#y = 0;

	moveTo(x: number, y: number): void {
		// A curve that goes on from where the road has come to says so again.
		if (this.#segments.length > 0 && x === this.#x && y === this.#y) return;
		this.#path.moveTo(x, y);
		this.#x = x;
		this.#y = y;
	}

	lineTo(x: number, y: number): void {
		this.#path.lineTo(x, y);
		const length = Math.hypot(x - this.#x, y - this.#y);
		if (length > 0) {
			this.#segments.push({
				cubic: [this.#x, this.#y, this.#x, this.#y, x, y, x, y],
				length,
				table: undefined
			});
		}
		this.#x = x;
		this.#y = y;
	}

	bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
		this.#path.bezierCurveTo(x1, y1, x2, y2, x, y);
		const cubic: Cubic = [this.#x, this.#y, x1, y1, x2, y2, x, y];
		const table = new Float64Array(samples + 1);
		const from = { x: this.#x, y: this.#y };
		const to = { x: 0, y: 0 };
		for (let i = 1; i <= samples; i++) {
			onCubic(cubic, i / samples, to);
			table[i] = (table[i - 1] ?? 0) + Math.hypot(to.x - from.x, to.y - from.y);
			from.x = to.x;
			from.y = to.y;
		}
		this.#segments.push({ cubic, length: table[samples] ?? 0, table });
		this.#x = x;
		this.#y = y;
	}

	road(): Road {
		const segments = this.#segments;
		const length = segments.reduce((sum, segment) => sum + segment.length, 0);
		const end = { x: this.#x, y: this.#y };
		return {
			d: this.#path.toString(),
			length,
			pointAt(distance, into) {
				let rest = Math.max(0, distance);
				for (const segment of segments) {
					if (rest <= segment.length) return onSegment(segment, rest, into);
					rest -= segment.length;
				}
				into.x = end.x;
				into.y = end.y;
				return into;
			}
		};
	}
}

function onSegment({ cubic, length, table }: Segment, distance: number, into: Point): Point {
	if (table !== undefined) return onCubic(cubic, parameterAt(table, distance), into);
	const [x0, y0, , , , , x3, y3] = cubic;
	const share = distance / length;
	into.x = x0 + (x3 - x0) * share;
	into.y = y0 + (y3 - y0) * share;
	return into;
}

/** The curve's parameter after `distance` pixels: straight between samples, which stand close enough for that. */
function parameterAt(table: Float64Array, distance: number): number {
	// It is never far from where it would be on a straight line.
	let low = Math.min(samples - 1, Math.floor((distance / (table[samples] ?? 1)) * samples));
	while (low > 0 && (table[low] ?? 0) > distance) low--;
	while (low < samples - 1 && (table[low + 1] ?? 0) <= distance) low++;
	const before = table[low] ?? 0;
	const step = (table[low + 1] ?? 0) - before;
	return (low + (step > 0 ? (distance - before) / step : 0)) / samples;
}

function onCubic([x0, y0, x1, y1, x2, y2, x3, y3]: Cubic, t: number, into: Point): Point {
	const s = 1 - t;
	const a = s * s * s;
	const b = 3 * s * s * t;
	const c = 3 * s * t * t;
	const d = t * t * t;
	into.x = a * x0 + b * x1 + c * x2 + d * x3;
	into.y = a * y0 + b * y1 + c * y2 + d * y3;
	return into;
}
