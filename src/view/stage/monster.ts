import { curveBasisClosed, curveCatmullRom, line, lineRadial } from 'd3';

/** What the monster is made of: SVG path data around its own middle, in pixels. */
export interface Monster {
	readonly radius: number;
	/** `asleep` while nothing waits and nothing failed. */
	readonly temper: 'asleep' | 'calm' | 'cross' | 'furious';
	readonly body: string;
	readonly horns: readonly string[];
	/** Empty while it sleeps; its lids do the rest. */
	readonly eyes: readonly Eye[];
	/** Strokes: closed lids in sleep, brows when it is cross. */
	readonly lids: readonly string[];
	/** A stroke while it is calm, an open mouth to be filled when it is furious. */
	readonly mouth: string;
	readonly teeth: readonly string[];
	/** Strokes that rise from a sleeper. */
	readonly snores: readonly string[];
	/** Short arms on its sides, and toes, in the colour of the body. */
	readonly limbs: readonly string[];
}

export interface Eye {
	readonly x: number;
	readonly y: number;
	readonly radius: number;
	readonly pupilX: number;
	readonly pupilY: number;
	readonly pupil: number;
}

export interface MonsterMood {
	/** Requests that wait or were lately turned away. */
	readonly backlog: number;
	/** Share of recent outcomes that were failures, 0 to 1. */
	readonly errors: number;
	/** Where it looks, as an angle from its middle in radians; 0 is to the right. */
	readonly gaze: number;
	/** Virtual time, for its breath; the same instant draws the same monster. */
	readonly at: number;
	/** No breath. */
	readonly still: boolean;
}

/** At this backlog it is as large as the stage allows. */
const fullBacklog = 80;
const asleepRadius = 15;

/** Its area grows with the backlog up to `largest`, its temper with the errors. */
export function monsterRadius(backlog: number, largest: number): number {
	const share = Math.min(1, Math.max(0, backlog) / fullBacklog);
	return Math.sqrt(asleepRadius ** 2 + (largest ** 2 - asleepRadius ** 2) * share);
}

export function monster({ backlog, errors, gaze, at, still }: MonsterMood, largest: number): Monster {
	const radius = monsterRadius(backlog, largest);
	const asleep = backlog === 0 && errors === 0;
	const temper = asleep ? 'asleep' : errors < 0.02 ? 'calm' : errors < 0.2 ? 'cross' : 'furious';
	const anger = Math.min(1, errors * 2.5);
	const breath = still ? 0 : Math.sin(at / (asleep ? 900 : 420));
	return {
		radius,
		temper,
		body: bodyOf(radius, anger, asleep, breath),
		horns: asleep ? [] : hornsOf(radius, anger),
		limbs: asleep ? [] : limbsOf(radius, anger, breath),
		snores: asleep ? snoresOf(radius, breath) : [],
		...faceOf(radius, temper, anger, gaze, breath)
	};
}

/** A lump with a broad foot; anger raises spines along its back. */
function bodyOf(radius: number, anger: number, asleep: boolean, breath: number): string {
	const spines = 26;
	const shape = lineRadial<number>()
		.angle((i) => (i / spines) * 2 * Math.PI)
		.radius((i) => {
			const angle = (i / spines) * 2 * Math.PI;
			// Angle 0 is up: the back is the upper half, the foot the lower.
			const back = Math.max(0, Math.cos(angle));
			const foot = Math.max(0, -Math.cos(angle));
			const spine = i % 2 === 0 ? 1 : -1;
			const fur = spine * (0.035 + 0.17 * anger * back + 0.03 * back);
			const lump = 0.05 * Math.sin(3 * angle + 1) + 0.03 * Math.cos(5 * angle);
			const settle = asleep ? -0.26 * back + 0.1 * Math.abs(Math.sin(angle)) : -0.02 * foot;
			return radius * (0.93 + lump + fur + settle - 0.1 * foot ** 3 + 0.018 * breath * back);
		})
		.curve(curveBasisClosed);
	return shape(Array.from({ length: spines }, (_, i) => i)) ?? '';
}

function hornsOf(radius: number, anger: number): string[] {
	const length = radius * (0.3 + 0.22 * anger);
	return [-1, 1].map((side) => {
		const x = side * radius * 0.46;
		const y = -radius * 0.72;
		const width = radius * 0.15;
		const tip = `${n(x + side * length * 0.75)},${n(y - length)}`;
		return (
			`M${n(x - side * width)},${n(y)}` +
			`Q${n(x + side * length * 0.1)},${n(y - length * 0.55)} ${tip}` +
			`Q${n(x + side * (width + length * 0.4))},${n(y - length * 0.2)} ${n(x + side * width)},${n(y + width)}Z`
		);
	});
}

/** Arms that it raises as it gets angry, and two toes on each foot. */
function limbsOf(radius: number, anger: number, breath: number): string[] {
	const limbs: string[] = [];
	for (const side of [-1, 1]) {
		const shoulder = side * radius * 0.78;
		const lift = radius * (0.34 - 0.75 * anger) + breath * radius * 0.03;
		const hand = side * radius * (1.14 + 0.08 * anger);
		const thick = radius * 0.13;
		limbs.push(
			`M${n(shoulder)},${n(radius * 0.08 - thick)}` +
				`Q${n(side * radius * 1.12)},${n(lift * 0.3 - thick)} ${n(hand)},${n(lift - thick * 0.4)}` +
				`L${n(hand + side * thick * 0.5)},${n(lift + thick)}` +
				`Q${n(side * radius * 1.02)},${n(lift * 0.5 + thick * 2)} ${n(shoulder)},${n(radius * 0.08 + thick * 1.6)}Z`
		);
		for (const toe of [0.28, 0.52]) {
			const x = side * radius * toe;
			limbs.push(
				`M${n(x - thick)},${n(radius * 0.77)}A${n(thick)},${n(thick)} 0 0 0 ${n(x + thick)},${n(radius * 0.77)}Z`
			);
		}
	}
	return limbs;
}

/** Two letters z, the higher the smaller. */
function snoresOf(radius: number, breath: number): string[] {
	return [0, 1].map((i) => {
		const size = radius * (0.42 - 0.12 * i);
		const x = radius * (0.75 + 0.5 * i);
		const y = -radius * (0.72 + 0.5 * i) - breath * 0.6;
		return `M${n(x)},${n(y)}h${n(size)}l${n(-size)},${n(size)}h${n(size)}`;
	});
}

function faceOf(
	radius: number,
	temper: Monster['temper'],
	anger: number,
	gaze: number,
	breath: number
): Pick<Monster, 'eyes' | 'lids' | 'mouth' | 'teeth'> {
	const eyeX = radius * 0.33;
	const eyeY = -radius * 0.16;
	const size = radius * 0.2;
	if (temper === 'asleep') {
		const y = radius * 0.12;
		const lids = [-eyeX, eyeX].map((x) => arc(x, y, size * 1.1, size * 0.9));
		return {
			eyes: [],
			lids,
			mouth: arc(0, radius * 0.42, radius * 0.1, radius * (0.05 + 0.02 * breath)),
			teeth: []
		};
	}
	const pupil = size * 0.5;
	const reach = size - pupil - 0.4;
	const eyes = [-eyeX, eyeX].map((x) => ({
		x,
		y: eyeY,
		radius: size,
		pupilX: x + Math.cos(gaze) * reach,
		pupilY: eyeY + Math.sin(gaze) * reach,
		pupil
	}));
	const tilt = temper === 'calm' ? -0.05 : 0.25 + 0.3 * anger;
	const lids = [-1, 1].map((side) => {
		const x = side * eyeX;
		const outer = x + side * size * 1.25;
		const inner = x - side * size * 1.15;
		const y = eyeY - size * 1.15;
		return `M${n(outer)},${n(y - size * tilt)}L${n(inner)},${n(y + size * tilt * 1.2)}`;
	});
	const mouthY = radius * 0.36;
	const half = radius * (0.24 + 0.16 * anger);
	if (temper !== 'furious') {
		return {
			eyes,
			lids,
			mouth: arc(0, mouthY, half, temper === 'calm' ? radius * 0.08 : -radius * 0.09),
			teeth: []
		};
	}
	const open = radius * (0.16 + 0.14 * anger);
	const rim = line().curve(curveCatmullRom);
	const upper = rim([
		[-half, mouthY + open * 0.2],
		[-half * 0.5, mouthY - open * 0.35],
		[0, mouthY - open * 0.2],
		[half * 0.5, mouthY - open * 0.35],
		[half, mouthY + open * 0.2]
	]);
	const mouth = `${upper ?? ''}Q0,${n(mouthY + open * 2)} ${n(-half)},${n(mouthY + open * 0.2)}Z`;
	const tooth = half * 0.2;
	const teeth = [-0.55, 0.55].map((at) => {
		const x = half * at;
		const y = mouthY - open * 0.32;
		return `M${n(x - tooth)},${n(y)}L${n(x + tooth)},${n(y)}L${n(x)},${n(y + open * 0.75)}Z`;
	});
	return { eyes, lids, mouth, teeth };
}

/** A stroke from left to right that sags by `depth`; negative arches. */
function arc(x: number, y: number, half: number, depth: number): string {
	return `M${n(x - half)},${n(y)}Q${n(x)},${n(y + 2 * depth)} ${n(x + half)},${n(y)}`;
}

function n(value: number): string {
	return value.toFixed(2);
}
