import { expect, test } from 'vitest';
import { lifeOf, type Life, type LifeEvent } from '#record/life.ts';
import { lifeInWords, spanLines, timeSpent, waterfall } from '#view/stage/waterfall.ts';

const events: LifeEvent[] = [
	{ kind: 'send', at: 1000, id: 7, key: 'k', work: 100 },
	{ kind: 'pick', at: 1020, id: 7, key: 'k', attempt: 0, backend: 'A' },
	{
		kind: 'end',
		at: 1060,
		id: 7,
		attempt: 0,
		backend: 'A',
		latency: 40,
		result: 'error',
		reason: 'queue-full'
	},
	{ kind: 'pick', at: 1100, id: 7, key: 'k', attempt: 1, backend: 'B' },
	{ kind: 'queue', at: 1120, id: 7, attempt: 1, backend: 'B' },
	{ kind: 'start', at: 1200, id: 7, attempt: 1, backend: 'B' },
	{ kind: 'finish', at: 1360, id: 7, attempt: 1, backend: 'B' },
	{ kind: 'end', at: 1380, id: 7, attempt: 1, backend: 'B', latency: 280, result: 'ok' },
	{ kind: 'answer', at: 1400, id: 7, latency: 400, result: 'ok', backend: 'B' }
];

function life(count = events.length): Life {
	const known = lifeOf(events.slice(0, count));
	if (known === undefined) throw new Error('no life');
	return known;
}

test('Each span is as wide as it was long, from the left edge to the right', () => {
	const { left, right, rows } = waterfall(life(), 2000, 900);
	const scale = (right - left) / 400;
	expect(rows.map(({ name, role }) => [name, role])).toEqual([
		['Client and gate', ''],
		['A', 'first try'],
		['B', 'retry 1']
	]);
	const serve = rows[2]?.bars.find(({ kind }) => kind === 'serve');
	expect(serve?.x).toBeCloseTo(left + 200 * scale, 6);
	expect(serve?.width).toBeCloseTo(160 * scale, 6);
	expect(rows[0]?.bars.map(({ kind }) => kind)).toEqual(['hop', 'pause', 'hop']);
	expect(rows[0]?.end.x).toBeCloseTo(right, 6);
	expect(rows.map(({ end }) => [end.mark, end.words])).toEqual([
		['tick', 'has its answer'],
		['cross', 'road full'],
		['tick', 'answered']
	]);
});

test('What lasts grows to now and says where it is', () => {
	const { rows, right } = waterfall(life(6), 1300, 900);
	const bar = rows[2]?.bars.at(-1);
	expect(bar).toMatchObject({ kind: 'serve', open: true });
	expect((bar?.x ?? 0) + (bar?.width ?? 0)).toBeCloseTo(right, 6);
	expect(rows[2]?.end).toMatchObject({ mark: 'none', words: 'is served' });
});

test('How a try ended stands behind what its server goes on with in vain', () => {
	const given = lifeOf([
		...events.slice(3, 6),
		{ kind: 'end', at: 1250, id: 7, attempt: 1, backend: 'B', latency: 150, result: 'timeout' }
	]);
	if (given === undefined) throw new Error('no life');
	const [, row] = waterfall(given, 1300, 900).rows;
	const bar = row?.bars.at(-1);
	expect(bar).toMatchObject({ kind: 'serve', inVain: true, open: true });
	expect(row?.end.x).toBeCloseTo((bar?.x ?? 0) + (bar?.width ?? 0), 6);
});

test.each([300, 390, 559, 560, 1200])('At %i pixels every bar and tick stays inside', (width) => {
	const picture = waterfall(life(), 2000, width);
	for (const { bars, y } of picture.rows) {
		expect(y).toBeLessThan(picture.height);
		for (const bar of bars) {
			expect(bar.x).toBeGreaterThanOrEqual(picture.left);
			expect(bar.x + bar.width).toBeLessThanOrEqual(width);
		}
	}
	for (const { x } of picture.ticks) expect(x).toBeLessThanOrEqual(picture.right + 0.001);
});

test('Where the time went sums to the whole, and is said in words', () => {
	const spent = timeSpent(life(), 2000);
	expect(spent).toEqual([
		{ kind: 'serve', ms: 160 },
		{ kind: 'queue', ms: 80 },
		{ kind: 'pause', ms: 40 },
		{ kind: 'hop', ms: 120 }
	]);
	expect(lifeInWords(life(), 2000)).toBe(
		'400 ms in all: 160 ms being served, 80 ms in a queue, 40 ms pausing before a retry, 120 ms on the road'
	);
	expect(lifeInWords(life(1), 1010)).toBe('10 ms so far: 10 ms on the road');
});

test('The table has a line for each span, in the order of beginning', () => {
	const lines = spanLines(life(), 2000);
	expect(lines).toHaveLength(8);
	expect(lines[0]).toEqual({ where: 'client and gate', what: 'on the road', from: '0 ms', ms: '20 ms' });
	expect(lines.at(5)).toEqual({ where: 'B, retry 1', what: 'is served', from: '200 ms', ms: '160 ms' });
});

test('A row says for those who listen what it shows', () => {
	expect(waterfall(life(), 2000, 900).rows[1]?.says).toBe(
		'First try at A: on the road for 40 ms from 20 ms. Road full.'
	);
});
