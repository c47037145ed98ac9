import type { Circle } from '../because.ts';
import { Guide } from './guide.ts';
import { hashKey, mix } from './mix.ts';
import type { Backend, Knob, Space } from '../strategy.ts';

/** A circle of 2^32 positions with points on it, each owned by one backend. */
export interface Ring {
	/** Positions, ascending. */
	readonly points: Uint32Array;
	/** Place in the list of the owner of each point. */
	readonly owners: Uint32Array;
	/** To the points: `around` a position is the first at or after it. */
	readonly guide: Guide;
}

export const nodesKnob: Knob = {
	title: 'Virtual nodes',
	says: 'How many points on the circle a server of weight 1 has.',
	min: 1,
	max: 256,
	step: 1,
	initial: 100,
	unit: 'points'
};

/** No ring has more: where the weights ask for more points, all get fewer alike. */
const mostPoints = 2 ** 20;

/**
 * Put each backend on the circle `nodes` times for each unit of its weight, at least once. Where its points lie
 * depends on its id alone, so whoever comes, goes or changes weight leaves the points of the others where they are.
 */
export function ringOf(backends: readonly Backend[], nodes: number): Ring {
	const asked = backends.reduce((sum, { weight }) => sum + Math.min(nodes * weight, 1e300), 0);
	const scale = Math.min(1, mostPoints / asked);
	const counts = backends.map(({ weight }) =>
		Math.max(1, Math.round(Math.min(nodes * weight, 1e300) * scale))
	);
	// Position and owner in one number, so that the native sort of numbers does the work.
	const packed = new Float64Array(counts.reduce((sum, count) => sum + count, 0));
	let filled = 0;
	counts.forEach((count, owner) => {
		const id = backends[owner]?.id ?? '';
		// Two words of the id, or among ten thousand backends two would soon share all of their points.
		const start = hashKey(id);
		const stride = hashKey(id, 1) | 1;
		for (let i = 0; i < count; i++) {
			packed[filled++] = mix(start + Math.imul(i, stride)) * ownerRange + owner;
		}
	});
	packed.sort();
	const points = new Uint32Array(packed.length);
	const owners = new Uint32Array(packed.length);
	for (let i = 0; i < packed.length; i++) {
		const both = packed[i] ?? 0;
		const point = Math.floor(both / ownerRange);
		points[i] = point;
		owners[i] = both - point * ownerRange;
	}
	return { points, owners, guide: new Guide(points, 2 ** 32) };
}

/** More than any list is long; times 2^32 it still fits the 53 bits of a number. */
const ownerRange = 2 ** 21;

/** The ring as it may be drawn. */
export function ringSpace({ points, owners }: Omit<Ring, 'guide'>, backends: readonly Backend[]): Space {
	return { kind: 'ring', backends, owners, ends: Float64Array.from(points, partOf) };
}

/** A position as a part of the way round. */
function partOf(position: number): number {
	return position / 2 ** 32;
}

/** The ring as a key meets it that lies at this position. */
export function circleFrom(ring: Ring, backends: readonly Backend[], position: number): Circle {
	const { points, owners, guide } = ring;
	return {
		size: points.length,
		start: guide.around(position),
		at: partOf(position),
		partOf: (point) => partOf(points[point] ?? 0),
		ownerOf: (point) => backends[owners[point] ?? 0]
	};
}
