import type { Scenario } from '#simulator/scenario.ts';

/** The factor of the rate over time: straight lines from point to point, level outside. None: always 1. */
export type Curve = Scenario['traffic']['curve'];
export type CurvePoint = Curve[number];

/** Two strokes of a hand that are nearer than this, as shares of the drawing, are one. */
const tolerance = 0.02;

/** Instants that a hand can tell apart. */
const step = 100;

/** The factor at an instant. */
export function timesAt(curve: Curve, at: number): number {
	const next = curve.findIndex((point) => point.at >= at);
	const before = curve[(next === -1 ? curve.length : next) - 1];
	const after = curve[next];
	if (before === undefined || after === undefined) return (before ?? after)?.times ?? 1;
	if (after.at === before.at) return after.times;
	return before.times + ((after.times - before.times) * (at - before.at)) / (after.at - before.at);
}

/**
 * The curve after a hand drew over a part of it: the part between the stroke's ends is the stroke, the rest stays as it
 * was. Points lie on whole tenths of seconds and hundredths of the factor.
 */
export function drawn(curve: Curve, stroke: readonly CurvePoint[], most: number, lengthMs: number): Curve {
	if (stroke.length === 0) return curve;
	const inOrder = [...new Map(stroke.map((point) => [whole(point.at), point])).values()].sort(
		(a, b) => a.at - b.at
	);
	const from = whole(inOrder[0]?.at ?? 0);
	const to = whole(inOrder.at(-1)?.at ?? 0);
	const kept =
		curve.length === 0
			? [
					{ at: 0, times: 1 },
					{ at: lengthMs, times: 1 }
				]
			: curve;
	const edges = [
		...(from > step ? [{ at: from - step, times: timesAt(curve, from - step) }] : []),
		...(to < lengthMs - step ? [{ at: to + step, times: timesAt(curve, to + step) }] : [])
	];
	const outside = kept.filter(({ at }) => at < from - step || at > to + step);
	const all = [...outside, ...edges, ...inOrder].sort((a, b) => a.at - b.at);
	return tidy(simplified(all, lengthMs, most), most);
}

/** With one point moved, or put in where there is none. */
export function withPoint(curve: Curve, index: number, point: CurvePoint, most: number): Curve {
	const [before, after] = [curve[index - 1]?.at ?? -Infinity, curve[index + 1]?.at ?? Infinity];
	const at = Math.max(before + step, Math.min(after - step, point.at));
	return tidy(
		curve.map((one, i) => (i === index ? { at, times: point.times } : one)),
		most
	);
}

/** With a point more, in the middle of the widest gap. */
export function withMore(curve: Curve, lengthMs: number): Curve {
	if (curve.length === 0) return [0, lengthMs / 2, lengthMs].map((at) => ({ at: whole(at), times: 1 }));
	const ends = [0, ...curve.map(({ at }) => at), lengthMs];
	let widest = 0;
	for (let i = 1; i + 1 < ends.length; i++)
		if ((ends[i + 1] ?? 0) - (ends[i] ?? 0) > (ends[widest + 1] ?? 0) - (ends[widest] ?? 0)) widest = i;
	const at = whole(((ends[widest] ?? 0) + (ends[widest + 1] ?? 0)) / 2);
	if (curve.some((point) => point.at === at)) return curve;
	return [...curve, { at, times: timesAt(curve, at) }].sort((a, b) => a.at - b.at);
}

/** Ramer, Douglas and Peucker: without the points that lie on the line between their neighbours. */
function simplified(points: readonly CurvePoint[], lengthMs: number, most: number): CurvePoint[] {
	const [first] = points;
	const last = points.at(-1);
	if (first === undefined || last === undefined || points.length < 3) return [...points];
	let furthest = 0;
	let distance = 0;
	points.forEach(({ at, times }, i) => {
		const part = last.at === first.at ? 0 : (at - first.at) / (last.at - first.at);
		const away = Math.abs(times - (first.times + part * (last.times - first.times))) / most;
		if (away > distance) [furthest, distance] = [i, away];
	});
	if (distance < tolerance) return [first, last];
	return [
		...simplified(points.slice(0, furthest + 1), lengthMs, most).slice(0, -1),
		...simplified(points.slice(furthest), lengthMs, most)
	];
}

function tidy(points: readonly CurvePoint[], most: number): Curve {
	const tidied = points.map(({ at, times }) => ({
		at: whole(Math.max(0, at)),
		times: Math.round(Math.max(0, Math.min(most, times)) * 100) / 100
	}));
	const single = [...new Map(tidied.map((point) => [point.at, point])).values()].sort((a, b) => a.at - b.at);
	return single.every(({ times }) => times === 1) ? [] : single;
}

/** Tenths of seconds, in milliseconds. */
function whole(at: number): number {
	return Math.round(at / step) * step;
}
