import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Metrics } from '#record/metrics.ts';

/** Send at 0, answer each: a number is a latency, `lost` a failure. */
function measured(answers: readonly (number | 'lost')[], metrics = new Metrics()): Metrics {
	answers.forEach(() => {
		metrics.at(0).countSend();
	});
	const inOrder = answers.toSorted((a, b) => (a === 'lost' ? 0 : a) - (b === 'lost' ? 0 : b));
	for (const answer of inOrder) {
		if (answer === 'lost') metrics.at(0, 0).countAnswer('error', 'refused');
		else metrics.at(answer, answer).countAnswer('ok', undefined);
	}
	return metrics;
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

test('before any answer nothing is measured', () => {
	const metrics = new Metrics();
	expect([metrics.sent, metrics.answered, metrics.n]).toEqual([0, 0, 0]);
	expect([metrics.meanLatency, metrics.meanWait, metrics.waitShare, metrics.percentile(0.5)]).toEqual(
		times(4, NaN)
	);
	expect(metrics.throughput).toBeNaN();
});

test('a failure ranks as never: turning people away makes no percentile better', () => {
	const five = measured([...times(95, 10), ...times(5, 'lost' as const)]);
	expect(five.percentile(0.95)).toBeCloseTo(10, 0);
	expect(five.percentile(0.96)).toBe(Infinity);
	const six = measured([...times(94, 10), ...times(6, 'lost' as const)]);
	expect(six.percentile(0.95)).toBe(Infinity);
	expect(six.percentile(0.5)).toBeCloseTo(10, 0);
	expect(six.meanLatency).toBe(10);
	expect(measured(['lost']).percentile(0.01)).toBe(Infinity);
	expect([...six.failures]).toEqual([['refused', 6]]);
});

test('percentiles agree with an exact sort in which failures come last', () => {
	const answer = fc.oneof(
		{ weight: 5, arbitrary: fc.double({ min: 0.01, max: 1e5, noNaN: true }) },
		{ weight: 1, arbitrary: fc.constant('lost' as const) }
	);
	fc.assert(
		fc.property(fc.array(answer, { minLength: 1, maxLength: 300 }), (answers) => {
			const metrics = measured(answers);
			const sorted = answers.map((value) => (value === 'lost' ? Infinity : value)).sort((a, b) => a - b);
			for (const percent of [1, 50, 90, 95, 99, 100]) {
				// In whole numbers, so that 95 of 100 is not the 96th by rounding.
				const rank = Math.max(1, Math.ceil((percent * answers.length) / 100));
				const exact = sorted[rank - 1] ?? NaN;
				const found = metrics.percentile(percent / 100);
				if (exact === Infinity) expect(found).toBe(Infinity);
				else expect(Math.abs(found - exact) / exact).toBeLessThanOrEqual(1 / 128);
			}
		}),
		{ numRuns: 200, seed: 1 }
	);
});

test('requests sent before the warm-up is over are not counted, whenever they are answered', () => {
	const metrics = new Metrics(1000, 3000);
	metrics.at(999).countSend();
	metrics.at(1000).countSend();
	metrics.at(2000).countSend();
	metrics.at(999, 50).countStart();
	metrics.at(1000, 10).countStart();
	metrics.at(2000, 0).countStart();
	metrics.at(2500, 1501).countAnswer('ok', undefined);
	metrics.at(2500, 1500).countAnswer('ok', undefined);
	metrics.at(2600, 600).countAnswer('error', 'reset');
	expect([metrics.sent, metrics.ok, metrics.failed]).toEqual([2, 1, 1]);
	expect(metrics.meanLatency).toBe(1500);
	expect([metrics.meanWait, metrics.waitShare]).toEqual([5, 0.5]);
});

test('rates are over the counted traffic: from the warm-up to now, and not beyond the end of the traffic', () => {
	const metrics = new Metrics(1000, 3000);
	metrics.passed(500);
	expect(metrics.throughput).toBeNaN();
	metrics.at(1000).countSend();
	metrics.at(1000).countSend();
	metrics.at(1500, 500).countAnswer('ok', undefined);
	metrics.at(1500, 500).countAnswer('error', 'refused');
	expect([metrics.throughput, metrics.goodput]).toEqual([4, 2]);
	metrics.passed(3000);
	expect([metrics.throughput, metrics.goodput]).toEqual([1, 0.5]);
	metrics.passed(9000);
	expect(metrics.goodput).toBe(0.5);
});

test('a window counts its own second, and its percentiles look back over five', () => {
	const metrics = new Metrics();
	for (let second = 0; second < 8; second++) {
		metrics.at(second * 1000).countSend();
		metrics.at(second * 1000 + 500, 10 * (second + 1)).countAnswer('ok', undefined);
	}
	metrics.at(7600, 10).countAnswer('error', 'refused');
	metrics.passed(8000);
	expect(metrics.windows).toHaveLength(8);
	expect(metrics.windows.map(({ at }) => at)).toEqual([1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000]);
	expect(metrics.windows.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 5, 5, 6]);
	expect(metrics.windows[7]).toMatchObject({ sent: 1, ok: 1, failed: 1, p99: Infinity });
	// Of 40 to 80 and one failure, the third is 60; of 10, 20, 30 it is 20.
	expect(Math.abs((metrics.windows[7]?.p50 ?? NaN) / 60 - 1)).toBeLessThan(0.008);
	expect(Math.abs((metrics.windows[2]?.p50 ?? NaN) / 20 - 1)).toBeLessThan(0.008);
});

test('what happens exactly at a second’s end belongs to the next window, and a silent window says NaN', () => {
	const metrics = new Metrics();
	metrics.at(1000).countSend();
	metrics.passed(8000);
	expect(metrics.windows.map(({ sent }) => sent)).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
	expect(metrics.windows[3]?.p95).toBeNaN();
});

test('a backend’s tally counts attempts, so the failures that a retry hid are there', () => {
	const metrics = new Metrics();
	const attempt = { id: 0, backend: 'a', attempt: 0 };
	metrics.hear({ kind: 'send', at: 0, id: 0, key: 'x' });
	metrics.hear({ kind: 'pick', at: 0, key: 'x', ...attempt });
	metrics.hear({ kind: 'end', at: 5, latency: 5, result: 'error', reason: 'refused', ...attempt });
	metrics.hear({ kind: 'pick', at: 5, key: 'x', id: 0, backend: 'b', attempt: 1 });
	metrics.hear({ kind: 'end', at: 9, latency: 4, result: 'ok', id: 0, backend: 'b', attempt: 1 });
	metrics.hear({ kind: 'answer', at: 9, id: 0, latency: 9, result: 'ok', backend: 'b' });
	expect([metrics.sent, metrics.ok, metrics.failed]).toEqual([1, 1, 0]);
	const tallies = () =>
		[...metrics.backends].map(([id, { picked, ok, failed, busyMs }]) => [id, picked, ok, failed, busyMs]);
	// Of busy time the events do not tell; who knows it, counts it.
	expect(tallies()).toEqual([
		['a', 1, 0, 1, 0],
		['b', 1, 1, 0, 0]
	]);
	metrics.hearFinish(metrics.numberOf('b'), 2.5, false);
	metrics.hearFinish(metrics.numberOf('b'), 1.25, true);
	expect(tallies()).toEqual([
		['a', 1, 0, 1, 0],
		['b', 1, 1, 0, 3.75]
	]);
	expect(metrics.wastedMs).toBe(1.25);
});
