import { arc } from 'd3';
import type { Round } from './exhibit.ts';

export interface Spoke {
	readonly path: string;
	/** Where its letter stands. */
	readonly x: number;
	readonly y: number;
	readonly server: number;
	/** Its place in the round. */
	readonly turn: number;
}

/**
 * A round as a wheel about 0,0: one segment a turn, clockwise, so turned that the middle of segment `now` is on top.
 * More turns than fit (72) leave the letters to the list beside the wheel: they would not be read.
 */
export function wheelShape(
	{ turns }: Round,
	now: number,
	{ inner, outer }: { inner: number; outer: number }
): Spoke[] {
	const step = (2 * Math.PI) / turns.length;
	const drawn = arc<{ from: number; to: number }>()
		.innerRadius(inner)
		.outerRadius(outer)
		.startAngle(({ from }) => from)
		.endAngle(({ to }) => to)
		.padAngle(turns.length > 1 ? Math.min(0.03, step / 8) : 0);
	const middle = (inner + outer) / 2;
	return turns.map((server, turn) => {
		const angle = (turn - now) * step;
		return {
			path: drawn({ from: angle - step / 2, to: angle + step / 2 }) ?? '',
			x: Math.sin(angle) * middle,
			y: -Math.cos(angle) * middle,
			server,
			turn
		};
	});
}

/**
 * The round that a sequence of picks has come into: the shortest, and of those the one that begins soonest.
 * It must be seen at least twice, to the end. Undefined when there is none.
 */
export function roundOf(picks: readonly number[]): Round | undefined {
	for (let length = 1; length * 3 <= picks.length; length++) {
		let settled = picks.length - length;
		while (settled > 0 && picks[settled - 1] === picks[settled - 1 + length]) settled--;
		if (picks.length - settled >= 3 * length && settled <= picks.length / 2) {
			return { turns: picks.slice(settled, settled + length), settled };
		}
	}
	return undefined;
}
