import { path } from 'd3';
import type { SceneServer } from '#record/scene.ts';
import { gatehouse, towerRise, type Box, type Seat } from './geometry.ts';

/** SVG path data of one castle; what is empty is not drawn. */
export interface CastleShape {
	/** The wall with its crenellations, or what a stopped machine leaves of it. */
	readonly wall: string;
	readonly doorway: string;
	/** A closed gate: drained, down or stopped. */
	readonly planks: string;
	/** Bars before a castle that the gate leaves out. */
	readonly bars: string;
	readonly pole: string;
	readonly flag: string;
	/** Hatching on the hall of a machine that works slower than it was built to. */
	readonly hatching: string;
	/** Cracks of a machine that answers with errors. */
	readonly cracks: string;
	/** The cross over a ruin. */
	readonly cross: string;
}

const merlon = 5;

/** State by form: nothing here says by colour alone what a shape does not say as well. */
export function castleShape(
	seat: Seat,
	{ state, fault, leaving }: Pick<SceneServer, 'state' | 'fault' | 'leaving'>
): CastleShape {
	const { castle, door } = seat;
	const ruined = fault === 'stop';
	const shut = state === 'drain' || state === 'down' || leaving;
	const doorWidth = 9;
	const doorX = castle.x + (gatehouse - doorWidth) / 2;
	const base = castle.y + castle.height;
	const doorTop = Math.min(door.y - 4, base - 13);
	const poleX = castle.x + gatehouse / 2;
	const roof = castle.y - merlon;
	return {
		wall: ruined ? ruin(castle) : castleWall(castle),
		doorway: arch({ x: doorX, y: doorTop, width: doorWidth, height: base - doorTop }),
		planks: shut || ruined ? planks(doorX, doorTop, doorWidth, base) : '',
		bars: state === 'ejected' ? bars(castle, base) : '',
		pole: ruined ? '' : `M${n(poleX)},${n(roof)}V${n(roof - 11)}`,
		flag: ruined
			? ''
			: flag(poleX, roof, fault === 'fail' ? 'torn' : shut || state === 'ejected' ? 'down' : 'up'),
		hatching: fault === 'slow' || fault === 'pause' ? hatching(castle) : '',
		cracks: fault === 'fail' ? cracks(castle) : '',
		cross: ruined ? cross(castle) : ''
	};
}

/** A tower of the dense grid: wall, crenellations and the cross of a stopped machine; the rest is said in words. */
export function towerShape(
	{ castle }: Seat,
	{ fault }: Pick<SceneServer, 'fault'>
): { wall: string; cross: string } {
	return { wall: wall(castle, 3), cross: fault === 'stop' ? cross(castle) : '' };
}

/** A rectangle with a round head. */
export function arch({ x, y, width, height }: Box): string {
	const r = Math.min(width / 2, height / 2);
	return `M${n(x)},${n(y + height)}V${n(y + r)}A${n(r)},${n(r)} 0 0 1 ${n(x + width)},${n(y + r)}V${n(y + height)}Z`;
}

/** The balancer's gate: two piers and a vault, with battlements. */
export function gateShape({ x, y, width, height }: Box): { wall: string; passage: string } {
	const p = path();
	crenellate(p, x, y + merlon, width, 5);
	p.lineTo(x + width, y + height);
	p.lineTo(x, y + height);
	p.closePath();
	const passage = arch({ x: x + 11, y: y + 17, width: width - 22, height: height - 17 });
	return { wall: p.toString(), passage };
}

/** The milestone: a stone with a round head that stands on the road. */
export function stoneShape(x: number, y: number, width: number): string {
	const r = 8;
	const left = x - width / 2;
	const right = x + width / 2;
	const top = y - 17;
	return (
		`M${n(left)},${n(y)}V${n(top + r)}A${n(r)},${n(r)} 0 0 1 ${n(left + r)},${n(top)}H${n(right - r)}` +
		`A${n(r)},${n(r)} 0 0 1 ${n(right)},${n(top + r)}V${n(y)}Z`
	);
}

/** A gate tower and a lower hall. */
function castleWall({ x, y, width, height }: Box): string {
	const p = path();
	crenellate(p, x, y, gatehouse, 3);
	const hallX = x + gatehouse;
	const hallWidth = width - gatehouse;
	p.lineTo(hallX, y + towerRise);
	const teeth = Math.max(1, Math.round(hallWidth / 13)) * 2;
	const step = hallWidth / teeth;
	for (let i = 0; i < teeth; i++) {
		const level = y + towerRise - (i % 2 === 0 ? 0 : merlon);
		p.lineTo(hallX + i * step, level);
		p.lineTo(hallX + (i + 1) * step, level);
	}
	p.lineTo(x + width, y + height);
	p.lineTo(x, y + height);
	p.closePath();
	p.moveTo(hallX, y + towerRise);
	p.lineTo(hallX, y + height);
	return p.toString();
}

function wall({ x, y, width, height }: Box, notch: number): string {
	const count = Math.max(2, Math.round(width / 13));
	const p = path();
	crenellate(p, x, y, width, count * 2 - 1, notch);
	p.lineTo(x + width, y + height);
	p.lineTo(x, y + height);
	p.closePath();
	return p.toString();
}

/** From the left corner to the right one: `teeth` equal steps, raised and sunk in turn, raised at both ends. */
function crenellate(
	p: ReturnType<typeof path>,
	x: number,
	y: number,
	width: number,
	teeth: number,
	notch = merlon
): void {
	const step = width / teeth;
	p.moveTo(x, y - notch);
	for (let i = 0; i < teeth; i++) {
		const level = i % 2 === 0 ? y - notch : y;
		if (i > 0) p.lineTo(x + i * step, level);
		p.lineTo(x + (i + 1) * step, level);
	}
}

function ruin({ x, y, width, height }: Box): string {
	// Shares of width and height along a broken crest.
	const crest = [
		[0, 0.12],
		[0.12, 0.05],
		[0.2, 0.34],
		[0.34, 0.46],
		[0.44, 0.3],
		[0.56, 0.62],
		[0.7, 0.5],
		[0.8, 0.2],
		[0.9, 0.24],
		[1, 0.55]
	] as const;
	const p = path();
	crest.forEach(([dx, dy], i) => {
		if (i === 0) p.moveTo(x + dx * width, y + dy * height);
		else p.lineTo(x + dx * width, y + dy * height);
	});
	p.lineTo(x + width, y + height);
	p.lineTo(x, y + height);
	p.closePath();
	return p.toString();
}

function planks(x: number, top: number, width: number, base: number): string {
	let d = '';
	for (let i = 1; i <= 2; i++) d += `M${n(x + (i * width) / 3)},${n(top + 2)}V${n(base)}`;
	return `${d}M${n(x)},${n((top + base) / 2 + 1)}H${n(x + width)}`;
}

function bars({ x, y, width }: Box, base: number): string {
	let d = '';
	for (let at = x + 4; at <= x + width - 2; at += 9) d += `M${n(at)},${n(y - merlon - 1)}V${n(base + 1)}`;
	return `${d}M${n(x - 2)},${n(y + 6)}H${n(x + width + 2)}M${n(x - 2)},${n(base - 8)}H${n(x + width + 2)}`;
}

function flag(x: number, roof: number, how: 'up' | 'down' | 'torn'): string {
	const top = roof - 11;
	if (how === 'up') return `M${n(x)},${n(top)}L${n(x + 12)},${n(top + 3.5)}L${n(x)},${n(top + 7)}Z`;
	if (how === 'down')
		return `M${n(x)},${n(roof - 5)}L${n(x + 3.5)},${n(roof - 1)}L${n(x + 1.5)},${n(roof + 4)}L${n(x)},${n(roof + 1)}Z`;
	return (
		`M${n(x)},${n(top)}L${n(x + 5)},${n(top + 1.5)}L${n(x + 3.5)},${n(top + 3.5)}L${n(x + 5.5)},${n(top + 5)}L${n(x)},${n(top + 7)}Z` +
		`M${n(x + 8)},${n(top + 4)}L${n(x + 13)},${n(top + 6.5)}L${n(x + 8.5)},${n(top + 8)}Z`
	);
}

/** Strokes that rise to the right across the whole hall, cut at its edges. */
function hatching({ x, y, width, height }: Box): string {
	const left = x + gatehouse;
	const right = x + width;
	const top = y + towerRise;
	const base = y + height;
	let d = '';
	for (let foot = left - (base - top) + 5; foot < right; foot += 5) {
		const startX = Math.max(left, foot);
		const endX = Math.min(right, foot + (base - top));
		d += `M${n(startX)},${n(base - (startX - foot))}L${n(endX)},${n(base - (endX - foot))}`;
	}
	return d;
}

function cracks({ x, y, width, height }: Box): string {
	const right = x + width;
	return (
		`M${n(right - 9)},${n(y + towerRise)}l-3,6l4,4l-3,5` +
		`M${n(x + gatehouse + 3)},${n(y + height)}l2,-6l-3,-4`
	);
}

function cross({ x, y, width, height }: Box): string {
	const cx = x + width / 2;
	const cy = y + height / 2 + 1;
	const r = Math.min(12, height / 2 - 1);
	return `M${n(cx - r)},${n(cy - r)}L${n(cx + r)},${n(cy + r)}M${n(cx - r)},${n(cy + r)}L${n(cx + r)},${n(cy - r)}`;
}

function n(value: number): string {
	return String(Math.round(value * 100) / 100);
}
