import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawn, timesAt, withMore, withPoint } from '../../src/routes/play/curve.ts';

const length = 60_000;
const most = 4;

test('a stroke is kept where it was drawn, and the rest stays as it was', () => {
	const ramp = [
		{ at: 0, times: 1 },
		{ at: 60_000, times: 4 }
	];
	const stroke = [20_000, 22_000, 24_000, 26_000, 28_000, 30_000].map((at) => ({ at, times: 0.5 }));
	const curve = drawn(ramp, stroke, most, length);
	for (const at of [20_000, 25_000, 30_000]) expect(timesAt(curve, at)).toBeCloseTo(0.5, 1);
	for (const at of [0, 10_000, 19_000, 31_000, 45_000, 60_000])
		expect(timesAt(curve, at)).toBeCloseTo(timesAt(ramp, at), 0.5);
	expect(curve.length).toBeLessThanOrEqual(6);
});

test('a straight stroke over all of it is two points, and one of factor 1 is no curve', () => {
	const straight = Array.from({ length: 61 }, (_, i) => ({ at: i * 1000, times: 1 + i / 30 }));
	expect(drawn([], straight, most, length)).toEqual([
		{ at: 0, times: 1 },
		{ at: 60_000, times: 3 }
	]);
	expect(
		drawn(
			[{ at: 0, times: 3 }],
			straight.map(({ at }) => ({ at, times: 1 })),
			most,
			length
		)
	).toEqual([]);
});

test('a hand that goes back and forth leaves one value for each instant, in order and in bounds', () => {
	const hand = fc.array(
		fc.record({
			at: fc.integer({ min: 0, max: length }),
			times: fc.double({ min: -1, max: 6, noNaN: true })
		}),
		{ maxLength: 80 }
	);
	fc.assert(
		fc.property(hand, hand, (first, second) => {
			const curve = drawn(drawn([], first, most, length), second, most, length);
			curve.forEach(({ at, times }, i) => {
				expect(at).toBeGreaterThan(curve[i - 1]?.at ?? -1);
				expect(times).toBeGreaterThanOrEqual(0);
				expect(times).toBeLessThanOrEqual(most);
			});
			expect(curve.length).toBeLessThan(200);
		}),
		{ seed: 1 }
	);
});

test('a point is moved between its neighbours, and one more stands in the widest gap', () => {
	const curve = [
		{ at: 10_000, times: 1 },
		{ at: 20_000, times: 2 },
		{ at: 50_000, times: 1 }
	];
	expect(withPoint(curve, 1, { at: 70_000, times: 9 }, most)[1]).toEqual({ at: 49_900, times: most });
	expect(withMore(curve, length)).toEqual([
		...curve.slice(0, 2),
		{ at: 35_000, times: 1.5 },
		...curve.slice(2)
	]);
	expect(withMore([], length)).toHaveLength(3);
});
