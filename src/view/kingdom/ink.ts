import { randomLcg } from 'd3';

/**
 * The pen of the drawn map: shapes as SVG path data. Chance comes from a linear congruential generator, exact in
 * every engine, so the page drawn at build time and the one drawn in the browser are the same.
 */
export type Spot = readonly [x: number, y: number];

export interface Disc {
	readonly x: number;
	readonly y: number;
	readonly r: number;
}

const f = (value: number): string => String(Math.round(value * 10) / 10);
const at = (x: number, y: number): string => `${f(x)} ${f(y)}`;

/** A Catmull-Rom curve through the spots, as a polyline of about `step` units a piece. */
export function spline(spots: readonly Spot[], step = 6): Spot[] {
	const curve: Spot[] = [];
	for (let i = 0; i + 1 < spots.length; i++) {
		const b = spots[i];
		const c = spots[i + 1];
		if (b === undefined || c === undefined) continue;
		const a = spots[i - 1] ?? b;
		const d = spots[i + 2] ?? c;
		const pieces = Math.max(2, Math.ceil(Math.hypot(c[0] - b[0], c[1] - b[1]) / step));
		for (let k = 0; k < pieces; k++)
			curve.push([along(a[0], b[0], c[0], d[0], k / pieces), along(a[1], b[1], c[1], d[1], k / pieces)]);
	}
	const last = spots.at(-1);
	if (last !== undefined) curve.push(last);
	return curve;
}

function along(a: number, b: number, c: number, d: number, t: number): number {
	return b + (t / 2) * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

export function polyline(spots: readonly Spot[]): string {
	return spots.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${at(x, y)}`).join('');
}

export function polygon(spots: readonly Spot[]): string {
	return `${polyline(spots)}Z`;
}

export function discs(all: readonly Disc[]): string {
	return all
		.map(
			({ x, y, r }) =>
				`M${at(x - r, y)}a${f(r)} ${f(r)} 0 1 0 ${f(2 * r)} 0a${f(r)} ${f(r)} 0 1 0 ${f(-2 * r)} 0`
		)
		.join('');
}

/** Travellers on a road: closer together towards its start; the disc's area is the size of the errand. */
export function travellers(road: readonly Spot[], count: number, seed: number, crowding = 1): Disc[] {
	const random = randomLcg(seed / 1000);
	return Array.from({ length: count }, (_, i) => {
		const [x, y] = road[Math.floor(((i + 0.6 * random()) / count) ** crowding * (road.length - 1))] ?? [0, 0];
		return { x: x + (random() - 0.5) * 3, y: y + (random() - 0.5) * 3, r: 1.7 + 2.4 * random() ** 2 };
	});
}

/** Trees as the old maps have them: a round crown, a short trunk, the back rows first. */
export function wood(
	cx: number,
	cy: number,
	rx: number,
	ry: number,
	count: number,
	seed: number
): { crowns: string; trunks: string } {
	const random = randomLcg(seed / 1000);
	const trees: { x: number; y: number; s: number }[] = [];
	for (let tries = 0; trees.length < count && tries < count * 40; tries++) {
		const angle = random() * 2 * Math.PI;
		const out = Math.sqrt(random());
		const x = cx + rx * out * Math.cos(angle);
		const y = cy + ry * out * Math.sin(angle);
		if (trees.every((tree) => Math.hypot(tree.x - x, (tree.y - y) * 1.6) > 7.5))
			trees.push({ x, y, s: 0.85 + 0.4 * random() });
	}
	trees.sort((a, b) => a.y - b.y);
	return {
		crowns: trees
			.map(
				({ x, y, s }) =>
					`M${at(x - 5 * s, y - 4 * s)}c${f(-1 * s)} ${f(-7 * s)} ${f(2 * s)} ${f(-12 * s)} ${f(5 * s)} ${f(-12 * s)}s${f(6 * s)} ${f(5 * s)} ${f(5 * s)} ${f(12 * s)}q${f(-5 * s)} ${f(3 * s)} ${f(-10 * s)} 0z`
			)
			.join(''),
		trunks: trees
			.map(
				({ x, y, s }) =>
					`M${at(x, y - 2.4 * s)}v${f(4.2 * s)}M${at(x + 2.4 * s, y - 12 * s)}q${f(2.6 * s)} ${f(4 * s)} ${f(1 * s)} ${f(8 * s)}`
			)
			.join('')
	};
}

/** A peak with a broken outline; the hatching lies on its eastern flank. */
export function peak(
	x: number,
	y: number,
	w: number,
	h: number,
	seed: number
): { outline: string; hatch: string } {
	const random = randomLcg(seed / 1000);
	const rough = (n: number): number => (random() - 0.5) * n;
	const left: Spot[] = [
		[x - w, y],
		[x - w * 0.66, y - h * 0.3 + rough(8)],
		[x - w * 0.42, y - h * 0.44 + rough(6)],
		[x - w * 0.2, y - h * 0.8 + rough(8)],
		[x, y - h]
	];
	const right: Spot[] = [
		[x + w * 0.16, y - h * 0.82 + rough(6)],
		[x + w * 0.34, y - h * 0.52 + rough(8)],
		[x + w * 0.6, y - h * 0.3 + rough(6)],
		[x + w, y]
	];
	const ridge: Spot[] = [
		[x, y - h],
		[x - w * 0.06, y - h * 0.7],
		[x + w * 0.07, y - h * 0.48],
		[x - w * 0.02, y - h * 0.26],
		[x + w * 0.1, y - h * 0.06]
	];
	const flank = spline([[x, y - h], ...right], 5.5);
	const hatch = flank.slice(1, -2).map(([px, py], i) => {
		const reach = (0.34 + 0.3 * random()) * (y - py) * (i % 2 === 0 ? 1 : 0.6);
		return `M${at(px, py + 1.5)}l${at(-reach * 0.3, reach)}`;
	});
	return { outline: polyline([...left, ...right]), hatch: polyline(ridge) + hatch.join('') };
}

/** A low hill: one arc, and strokes falling from it. */
export function hill(x: number, y: number, w: number, h: number): { outline: string; hatch: string } {
	const outline = `M${at(x - w, y)}C${at(x - w * 0.6, y - h * 0.7)} ${at(x - w * 0.3, y - h)} ${at(x, y - h)}S${at(x + w * 0.6, y - h * 0.6)} ${at(x + w, y)}`;
	const hatch = Array.from({ length: 7 }, (_, i) => {
		const t = 0.12 + i * 0.105;
		const top = y - h * (1 - t * t * 0.95);
		return `M${at(x + w * t, top + 3)}q${at(w * 0.05, h * 0.16)} ${at(w * 0.05, h * (0.34 - 0.03 * i))}`;
	});
	return { outline, hatch: hatch.join('') };
}

/** A curtain wall seen from outside; `height` shrinks with distance. Its merlons follow the slope. */
export function wall(
	line: readonly Spot[],
	height: (y: number) => number
): { face: string; walk: string; merlons: string; stones: string } {
	const curve = spline(line, 2);
	const top = curve.map(([x, y]): Spot => [x, y - height(y)]);
	const walk = curve.map(([x, y]): Spot => [x + height(y) * 0.22, y - height(y) * 1.06]);
	const merlons: string[] = [];
	const stones: string[] = [];
	let sinceLast = 0;
	for (let i = 1; i < top.length; i++) {
		const a = top[i - 1];
		const b = top[i];
		const foot = curve[i];
		if (a === undefined || b === undefined || foot === undefined) continue;
		sinceLast += Math.hypot(b[0] - a[0], b[1] - a[1]);
		const h = height(foot[1]);
		if (sinceLast < h * 0.36) continue;
		sinceLast = 0;
		const slope = (b[0] - a[0]) / (b[1] - a[1]);
		const rise = h * 0.15;
		merlons.push(
			polygon([
				b,
				[b[0], b[1] - h * 0.2],
				[b[0] + slope * rise, b[1] + rise - h * 0.2],
				[b[0] + slope * rise, b[1] + rise]
			])
		);
		if (i % 3 === 0)
			stones.push(`M${at(b[0] + h * 0.02, b[1] + h * 0.42)}l${at(slope * h * 0.14, h * 0.14)}`);
		if (i % 4 === 0)
			stones.push(`M${at(b[0] + h * 0.02, b[1] + h * 0.72)}l${at(slope * h * 0.12, h * 0.12)}`);
	}
	return {
		face: polygon([...top, ...curve.toReversed()]),
		walk: polygon([...walk, ...top.toReversed()]),
		merlons: merlons.join(''),
		stones: stones.join('')
	};
}

/** A tower or a wall seen from the front, with `teeth` merlons; closed. */
export function tower(
	left: number,
	right: number,
	base: number,
	top: number,
	teeth: number,
	tooth = 5
): string {
	const step = (right - left) / (2 * teeth - 1);
	let path = `M${at(left, base)}V${f(top)}`;
	for (let i = 0; i < teeth; i++)
		path += `v${f(-tooth)}h${f(step)}v${f(tooth)}${i < teeth - 1 ? `h${f(step)}` : ''}`;
	return `${path}V${f(base)}z`;
}

/** An arched opening. */
export function arch(x: number, base: number, w: number, h: number): string {
	return `M${at(x - w / 2, base)}v${f(w / 2 - h)}a${f(w / 2)} ${f(w / 2)} 0 0 1 ${f(w)} 0V${f(base)}z`;
}

/**
 * Traffic Overload. It has no flesh of its own: it is travellers, too many at once. `core` is where they stand
 * too close to tell apart, `rim` those one can still see, `grain` a glimpse of single ones inside.
 */
export function swarm(body: readonly Disc[], seed: number): { core: string; rim: string; grain: string } {
	const random = randomLcg(seed / 1000);
	const depth = (x: number, y: number): number =>
		Math.max(...body.map((part) => part.r - Math.hypot(part.x - x, part.y - y)));
	const left = Math.min(...body.map(({ x, r }) => x - r)) - 30;
	const right = Math.max(...body.map(({ x, r }) => x + r)) + 40;
	const top = Math.min(...body.map(({ y, r }) => y - r)) - 30;
	const bottom = Math.max(...body.map(({ y, r }) => y + r));
	const rim: Disc[] = [];
	const grain: Disc[] = [];
	for (let i = 0; i < 9000; i++) {
		const x = left + (right - left) * random();
		const y = top + (bottom - top) * random();
		const inside = depth(x, y);
		const r = 1.6 + 4.4 * random() ** 2;
		const place = inside > 9 ? grain : rim;
		if (inside < -4 && random() > Math.exp(inside / 7) * 0.9) continue;
		if (inside < -30 || (inside > 9 && random() > 0.5)) continue;
		if (
			place.every(
				(disc) => Math.hypot(disc.x - x, disc.y - y) > (disc.r + r) * (inside > 0 && inside <= 9 ? 0.7 : 1.12)
			)
		)
			place.push({ x, y, r });
	}
	return {
		core: discs(body.map(({ x, y, r }) => ({ x, y, r: r - 2 }))),
		rim: discs(rim),
		grain: discs(grain)
	};
}
