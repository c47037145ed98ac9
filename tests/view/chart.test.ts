import { expect, test } from 'vitest';
import { logAxis, plainAxis, timeAxis } from '#view/chart/axis.ts';
import { cdfOf } from '#view/chart/cdf.ts';
import { fullness } from '#view/chart/heat.ts';
import { fileName } from '#view/chart/picture.ts';
import { drawRows } from '#view/chart/rows.ts';
import { Histogram } from '#record/histogram.ts';
import { differenceOf, signedPaths, signedScale } from '#view/chart/difference.ts';
import { clock, milliseconds, number, percent, perSecond, quantity, requests } from '#view/chart/format.ts';
import { dodge, roomiest } from '#view/chart/labels.ts';
import { bandPath, linePath } from '#view/chart/path.ts';
import { extentOf, timeScale, valueScale } from '#view/chart/scale.ts';
import { bandsOf, lastOf, nearest, runsOf, type Point, type Series } from '#view/chart/series.ts';
import { csvOf, tableOf } from '#view/chart/table.ts';
import { readingAt, summaryOf } from '#view/chart/words.ts';

const points = (...values: number[]): Point[] => values.map((value, i) => ({ at: i * 1000, value }));
const series = (label: string, ...values: number[]): Series => ({
	id: label,
	label,
	colour: 'red',
	points: points(...values)
});
const time = timeAxis(0, 60_000);
const seconds = (run: { points: readonly Point[] }): number[] => run.points.map(({ at }) => at / 1000);

test('runsOf cuts the line where nothing was measured, and draws no zero there', () => {
	const runs = runsOf(points(1, 2, NaN, NaN, 5, 6));
	expect(runs.map(seconds)).toEqual([
		[0, 1],
		[4, 5]
	]);
	expect(
		linePath(
			runs[0]?.points ?? [],
			(at) => at / 100,
			(value) => value
		)
	).toBe('M0,1L10,2');
});

test('runsOf keeps a reading that stands alone', () => {
	expect(runsOf(points(NaN, 3, NaN)).map(seconds)).toEqual([[1]]);
});

test('runsOf marks every piece that touches a reading with few requests, and leaves no hole between the styles', () => {
	const counts = [20, 99, 100, 400, 50, 400];
	const runs = runsOf(counts.map((n, i) => ({ at: i * 1000, value: 1, n })));
	expect(runs.map((run) => [run.sure, ...seconds(run)])).toEqual([
		[false, 0, 1, 2],
		[true, 2, 3],
		[false, 3, 4, 5]
	]);
});

test('runsOf lets one sure reading begin an unsure line', () => {
	const runs = runsOf([100, 5].map((n, i) => ({ at: i * 1000, value: 1, n })));
	expect(runs.map((run) => [run.sure, ...seconds(run)])).toEqual([[false, 0, 1]]);
});

test('runsOf never doubts a count, which has no n', () => {
	expect(runsOf(points(1, 2, 3)).map(({ sure }) => sure)).toEqual([true]);
});

test('bandsOf leaves out readings without a band and bands of a single reading', () => {
	const all = [0, 1, 2, 3, 4].map((i) => ({ at: i, value: 5, ...(i !== 2 && i !== 4 && { lo: 4, hi: 6 }) }));
	expect(
		bandsOf([...all, { at: 5, value: NaN, lo: 1, hi: 2 }]).map((band) => band.map(({ at }) => at))
	).toEqual([[0, 1]]);
	expect(
		bandPath(
			bandsOf(all)[0] ?? [],
			(at) => at,
			(value) => value
		)
	).toBe('M0,6L1,6L1,4L0,4Z');
});

test('nearest finds the closest reading, the later of two as near, and none beyond its reach', () => {
	const some = points(1, 2, 3);
	expect(nearest(some, 1400)?.at).toBe(1000);
	expect(nearest(some, 1600)?.at).toBe(2000);
	expect(nearest(some, 9000)?.at).toBe(2000);
	expect(nearest(some, 9000, 1000)).toBeUndefined();
	expect(nearest([], 0)).toBeUndefined();
});

test('lastOf passes over the gap at the end', () => {
	expect(lastOf(points(1, 7, NaN))?.value).toBe(7);
	expect(lastOf(points(NaN))).toBeUndefined();
});

test('valueScale starts at zero and ends on a round number above the largest value', () => {
	const { ticks, max, y } = valueScale(1367, false, 10, 176);
	expect(ticks).toEqual([0, 500, 1000, 1500]);
	expect(max).toBe(1500);
	expect([y(0), y(1500)]).toEqual([176, 10]);
});

test('valueScale keeps the top edge for "never", apart from the largest number', () => {
	const { y, max, never } = valueScale(1367, true, 10, 176);
	expect(never).toBe(10);
	expect(y(Infinity)).toBe(10);
	expect(y(max)).toBeGreaterThanOrEqual(30);
});

test('valueScale has an axis before there is any data', () => {
	const { ticks, y } = valueScale(0, false, 10, 110);
	expect(ticks.at(-1)).toBe(1);
	expect(y(0)).toBe(110);
});

test('extentOf sees bands and references, and keeps Infinity out of the largest value', () => {
	const banded = {
		...series('a', 1, Infinity),
		points: [
			{ at: 0, value: 2, lo: 1, hi: 9 },
			{ at: 1, value: 3, lo: 1, hi: 4 },
			{ at: 2, value: Infinity }
		]
	};
	expect(extentOf([banded], [{ value: 12, label: 'goal', kind: 'goal' }])).toEqual({
		largest: 12,
		never: true
	});
	expect(extentOf([series('a', 1, NaN)], [])).toEqual({ largest: 1, never: false });
});

test.each([
	[90_000, 700, 10_000],
	[90_000, 260, 30_000],
	[900, 300, 200],
	[7_200_000, 400, 1_800_000]
])('timeScale over %i ms and %i px ticks every %i ms', (to, width, step) => {
	const scale = timeScale(0, to, 40, 40 + width);
	expect(scale.step).toBe(step);
	expect(scale.ticks[0]).toBe(0);
	expect(scale.x(step) - scale.x(0)).toBeGreaterThanOrEqual(64);
});

test('timeScale inverts a pixel to a moment inside the run', () => {
	const { invert, x } = timeScale(0, 90_000, 40, 440);
	expect(invert(x(61_000))).toBeCloseTo(61_000);
	expect(invert(-50)).toBe(0);
	expect(invert(900)).toBe(90_000);
});

test('timeScale survives a run without length', () => {
	const { x, ticks } = timeScale(0, 0, 0, 100);
	expect(x(0)).toBe(0);
	expect(ticks.length).toBeGreaterThan(0);
});

test('dodge leaves labels alone that do not touch', () => {
	expect(
		dodge(
			[
				{ y: 20, height: 10 },
				{ y: 60, height: 10 }
			],
			0,
			100
		)
	).toEqual([20, 60]);
});

test('dodge parts overlapping labels evenly around where they want to be', () => {
	expect(
		dodge(
			[
				{ y: 51, height: 30 },
				{ y: 49, height: 30 }
			],
			0,
			100
		)
	).toEqual([65, 35]);
});

test('dodge never overlaps, keeps the order and stays inside, wherever three labels want to be', () => {
	const wishes = [-20, 0, 5, 37, 50, 52, 90, 140];
	for (const a of wishes) {
		for (const b of wishes) {
			for (const c of wishes) {
				const wanted = [a, b, c].map((y) => ({ y, height: 30 }));
				const placed = dodge(wanted, 0, 100);
				const sorted = placed.map((y, i) => ({ y, wish: wanted[i]?.y ?? 0 })).sort((p, q) => p.y - q.y);
				expect(sorted[0]?.y).toBeGreaterThanOrEqual(15 - 1e-9);
				expect(sorted[2]?.y).toBeLessThanOrEqual(85 + 1e-9);
				for (let i = 1; i < 3; i++) {
					expect((sorted[i]?.y ?? 0) - (sorted[i - 1]?.y ?? 0)).toBeGreaterThanOrEqual(30 - 1e-9);
					expect(sorted[i]?.wish).toBeGreaterThanOrEqual(sorted[i - 1]?.wish ?? 0);
				}
			}
		}
	}
});

test('dodge shares out the room when there is too little for all', () => {
	expect(
		dodge(
			[
				{ y: 5, height: 40 },
				{ y: 5, height: 40 },
				{ y: 5, height: 40 }
			],
			0,
			60
		)
	).toEqual([10, 30, 50]);
});

test('roomiest starts on the left when nothing is near and moves away from the line', () => {
	expect(roomiest([], 50, 60, 0, 300)).toBe(0);
	const line = Array.from({ length: 31 }, (_, i) => [i * 10, i < 20 ? 50 : 120] as const);
	expect(roomiest(line, 50, 60, 0, 300)).toBeGreaterThan(190);
});

test.each([
	[1320, '1,320'],
	[31.84, '32'],
	[9.96, '10'],
	[8.5, '8.5'],
	[3, '3'],
	[0.256, '0.26'],
	[0, '0'],
	[Infinity, 'never'],
	[NaN, '–']
])('number writes %d as %s', (value, text) => {
	expect(number(value)).toBe(text);
});

test('quantity puts the unit behind a number, and none behind "never" and "no data"', () => {
	expect(quantity(1320, milliseconds)).toBe('1,320 ms');
	expect(quantity(32, perSecond)).toBe('32 a second');
	expect(quantity(99, percent)).toBe('99%');
	expect(quantity(4, requests)).toBe('4');
	expect(quantity(Infinity, milliseconds)).toBe('never');
	expect(quantity(NaN, milliseconds)).toBe('no data');
});

test('clock writes minutes and seconds, finer where a step is finer, and carries a rounded minute', () => {
	expect(clock(61_000)).toBe('1:01');
	expect(clock(59_960)).toBe('1:00');
	expect(clock(59_960, 100)).toBe('1:00.0');
	expect(clock(1_450, 50)).toBe('0:01.45');
	expect(clock(-5)).toBe('0:00');
});

test('summaryOf says where a line ends, its span, its lost readings and the marks', () => {
	const words = summaryOf(
		'p99',
		[series('Random', 300, Infinity, 900), series('Two choices', NaN)],
		[{ value: 850, label: 'goal 850 ms', kind: 'goal' }],
		milliseconds,
		time
	);
	expect(words).toBe(
		'p99. Random: 900 milliseconds at 0:02, between 300 and 900; never answered at 1 of 3 readings. Two choices: no data yet. Marked: goal 850 ms.'
	);
});

test('readingAt says "no data" where the cursor stands in a gap', () => {
	expect(readingAt(1000, [series('A', 1, NaN, 3), series('B', 1, 20, 3)], milliseconds, 1000, time)).toBe(
		'0:01, A no data, B 20 ms'
	);
});

test('tableOf has a row for every moment of any series, and columns for n and for a band where there are any', () => {
	const late: Series = { ...series('B'), points: [{ at: 1500, value: 7, n: 1200, lo: 5, hi: Infinity }] };
	expect(tableOf([series('A', 1, NaN), late], time, milliseconds, 100)).toEqual({
		head: 'Time',
		columns: ['A, ms', 'B, ms', 'B, n', 'B, least', 'B, most'],
		rows: [
			{ name: '0:00.0', key: 0, cells: [1, NaN, NaN, NaN, NaN] },
			{ name: '0:01.0', key: 1000, cells: [NaN, NaN, NaN, NaN, NaN] },
			{ name: '0:01.5', key: 1500, cells: [NaN, 7, 1200, 5, Infinity] }
		]
	});
});

test('csvOf leaves empty what was not measured, says never, and quotes what would break a line', () => {
	const table = {
		head: 'Time',
		columns: ['A, ms', 'a "b"'],
		rows: [{ name: '0:01', key: 1000, cells: [NaN, Infinity] }]
	};
	expect(csvOf(table)).toBe('Time,"A, ms","a ""b"""\r\n1000,,never\r\n');
});

test('differenceOf compares what both measured, and says who never answered', () => {
	const a = points(1, 2, NaN, Infinity, Infinity, 3);
	const b = points(4, 1, 5, 7, Infinity, Infinity);
	expect(differenceOf(a, b).map(({ value }) => value)).toEqual([3, -1, NaN, -Infinity, NaN, Infinity]);
	expect(differenceOf(points(1), [{ at: 500, value: 2 }])).toEqual([]);
	expect(differenceOf([{ at: 0, value: 1, n: 9 }], [{ at: 0, value: 1, n: 4 }])[0]?.n).toBe(4);
});

test('signedPaths part at zero, and an end that never came lies on the edge', () => {
	const scale = signedScale(points(10, -10, -Infinity), 0, 100);
	expect([scale.y(scale.max), scale.y(0), scale.y(-scale.max), scale.y(-Infinity)]).toEqual([
		0, 50, 100, 100
	]);
	const { above, below } = signedPaths(points(10, -10), (at) => at / 100, scale);
	expect(above).toBe('M0,0L5,50L10,50L10,50L5,50L0,50Z');
	expect(below).toBe('M0,50L5,50L10,100L10,50L5,50L0,50Z');
});

test('plainAxis and logAxis place what they invert, and keep to their ends', () => {
	for (const axis of [plainAxis('Load', 0.1, 0.9, percent), logAxis('Latency', 2, 900, milliseconds)]) {
		const { x, invert, ticks } = axis.lay(40, 440);
		expect(invert(x(0.5 * axis.to))).toBeCloseTo(0.5 * axis.to);
		expect([invert(-100), invert(1000)]).toEqual([axis.from, axis.to]);
		expect(ticks.length).toBeGreaterThan(1);
	}
	expect(logAxis('Latency', 1, 1000, milliseconds).lay(0, 200).ticks).toEqual(
		[1, 10, 100, 1000].map((at) => ({ at, text: at === 1000 ? '1,000' : String(at) }))
	);
	expect(logAxis('Latency', 80, 80, milliseconds).to).toBe(800);
});

test('fullness goes from the least to the most, by factors where they span decades, and never is fullest', () => {
	const cells = (...values: number[]) => values.map((value) => ({ value, halfWidth: 0 }));
	const plain = fullness(cells(10, 20, NaN, Infinity));
	expect([plain(10), plain(20), plain(Infinity), plain(NaN)]).toEqual([0.06, 0.92, 1, 0]);
	expect(plain(15)).toBeCloseTo(0.49);
	expect(fullness(cells(1, 10_000))(100)).toBeCloseTo(0.49);
	expect(fullness([])(5)).toBeGreaterThan(0);
});

test('cdfOf reaches the share that was answered, and failures keep it from all', () => {
	const latencies = new Histogram();
	for (let i = 1; i <= 1000; i++) latencies.record(i);
	const points = cdfOf(latencies, 1000);
	expect(points.at(-1)?.value).toBe(50);
	for (const { at, value } of points) expect(Math.abs(value - at / 20)).toBeLessThan(0.5);
	points.forEach(({ value }, i) => {
		expect(value).toBeGreaterThanOrEqual(points[i - 1]?.value ?? 0);
	});
	expect(cdfOf(new Histogram(), 5)).toEqual([]);
});

test('drawRows breaks a row off where its server was not there, and thins rows as they become more', () => {
	const stands = [1000, 2000, 5000].map((at) => ({ at, inflight: 4, waiting: 2 }));
	const [row] = drawRows([{ id: 'A', stands }], 4, (at) => at / 100, 1000);
	expect(row?.inflight.match(/M/g)).toHaveLength(2);
	expect(row?.waiting).not.toBe(row?.inflight);
	expect(row?.now?.at).toBe(5000);
	const many = drawRows(
		Array.from({ length: 64 }, (_, i) => ({ id: String(i), stands })),
		4,
		(at) => at,
		1000
	);
	expect(many.at(-1)?.y).toBeLessThan(700);
	expect(many.filter(({ isNamed }) => isNamed).length).toBeLessThan(40);
});

test('a file is named after its chart', () => {
	expect(fileName('p99 latency – “A”, of the last five seconds', 'csv')).toBe(
		'p99-latency-a-of-the-last-five-seconds.csv'
	);
	expect(fileName('…', 'png')).toBe('chart.png');
});
