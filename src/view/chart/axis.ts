import { format as d3Format, scaleLinear, scaleLog } from 'd3';
import type { Millis } from '#balancer/strategy.ts';
import { chartsWords } from '#words/charts.ts';
import { clock, quantity, type Unit } from './format.ts';
import { timeScale } from './scale.ts';

/** What lies along the bottom of a chart. */
export interface Axis {
	/** The table's first column: `Time`. */
	readonly title: string;
	readonly from: number;
	readonly to: number;
	/** Lay it out between two pixels. */
	readonly lay: (left: number, right: number) => Laid;
	/** A place on it, written out; `step` is how fine the readings are. */
	readonly say: (at: number, step: number) => string;
}

export interface Laid {
	readonly ticks: readonly { readonly at: number; readonly text: string }[];
	readonly x: (at: number) => number;
	/** The place under a pixel, kept on the axis. */
	readonly invert: (x: number) => number;
}

/** The run's time; all of it from the start, so that nothing shifts while it plays. */
export function timeAxis(from: Millis, to: Millis): Axis {
	return {
		title: chartsWords.time,
		from,
		to,
		say: (at, step) => clock(at, step),
		lay: (left, right) => {
			const { ticks, step, x, invert } = timeScale(from, to, left, right);
			return { ticks: ticks.map((at) => ({ at, text: clock(at, step) })), x, invert };
		}
	};
}

/** Equal steps for equal differences. */
export function plainAxis(title: string, from: number, to: number, unit: Unit): Axis {
	const end = to > from ? to : from + 1;
	return {
		title,
		from,
		to: end,
		say: (at) => quantity(Number(at.toPrecision(4)), unit),
		lay: (left, right) => {
			const scale = scaleLinear([from, end], [left, right]);
			const count = Math.max(2, Math.min(10, Math.floor((right - left) / 70)));
			const text = scale.tickFormat(count);
			return {
				ticks: scale.ticks(count).map((at) => ({ at, text: text(at) })),
				x: (at) => scale(at),
				invert: (x) => inside(scale.invert(x), from, end)
			};
		}
	};
}

const short = d3Format(',.10~g');

/** Equal steps for equal factors; both ends above 0. */
export function logAxis(title: string, from: number, to: number, unit: Unit): Axis {
	const start = from > 0 ? from : 1;
	const end = to > start ? to : start * 10;
	return {
		title,
		from: start,
		to: end,
		say: (at) => quantity(Number(at.toPrecision(3)), unit),
		lay: (left, right) => {
			const scale = scaleLog([start, end], [left, right]);
			// 1, 2, 5 of each decade as long as they have room, else the decades.
			const decade = (right - left) / Math.max(0.3, Math.log10(end / start));
			const firsts = decade > 150 ? [1, 2, 5] : [1];
			const ticks = scale.ticks().filter((at) => firsts.includes(Number(at.toExponential(0)[0])));
			return {
				ticks: ticks.map((at) => ({ at, text: short(at) })),
				x: (at) => scale(inside(at, start, end)),
				invert: (x) => inside(scale.invert(x), start, end)
			};
		}
	};
}

function inside(value: number, from: number, to: number): number {
	return Math.max(from, Math.min(to, value));
}
