import { afterAll, expect, test, vi } from 'vitest';
import { studentQuantile } from '#record/estimate/student.ts';
import { simulate } from '#simulator/simulate.ts';
import { runOf } from './anchor-run.ts';
import { checksOf } from './anchor-checks.ts';
import { type Anchor, expressed, reference, scenarioOf } from './anchors.ts';

// A second or less each on an idle machine.
vi.setConfig({ testTimeout: 60_000 });

/** Requests of one run in the short version. */
const requests = 80_000;
const anchors = reference.anchors.map((anchor) => [anchor.id, anchor] as const);

test('every family of reference values is held, with all its anchors', () => {
	expect(Object.keys(expressed).toSorted()).toEqual(Object.keys(reference.families).toSorted());
	for (const family of Object.keys(expressed)) {
		const anchors = reference.anchors.filter((anchor) => anchor.family === family);
		expect(anchors.length, family).toBe(reference.families[family]);
	}
});

test.each(anchors)('%s: one run with seed 1 agrees within 2.5 half-widths', (_, anchor) => {
	const run = runOf(anchor, requests, 1);
	const checks = checksOf(anchor).filter(({ halfWidth }) => halfWidth !== undefined);
	expect(checks.length).toBeGreaterThanOrEqual(3);
	const wrong = checks.flatMap(({ metric, expected, halfWidth = NaN, allowance, estimate }) => {
		const found = estimate(run);
		const tolerance = 2.5 * halfWidth * Math.sqrt(1e6 / requests) * expected + allowance;
		return Math.abs(found - expected) <= tolerance
			? []
			: [`${metric} ${String(found)}, not ${String(expected)} ± ${String(tolerance)}`];
	});
	expect(wrong).toEqual([]);
});

test('Erlang’s loss does not depend on the law of the work, only on its mean', () => {
	const anchor = reference.anchors.find(({ id }) => id === 'erlangb-c10-a8');
	if (anchor === undefined) throw new Error('The reference values have no erlangb-c10-a8.');
	const scenario = scenarioOf(anchor, requests);
	const expected = anchor.expected['drop_probability'] ?? NaN;
	const tolerance =
		2.5 * (anchor.halfWidth['drop_probability'] ?? NaN) * Math.sqrt(1e6 / requests) * expected;
	for (const law of ['fixed', 'heavy', 'lognormal', 'bimodal'] as const) {
		const { metrics } = simulate({ ...scenario, work: { ...scenario.work, law } }, 1);
		expect(Math.abs(metrics.failed / metrics.answered - expected), law).toBeLessThan(tolerance);
	}
});

/** GOLANGIA_LONG=1 for a million requests a run, some thousand millions in all, half an hour and more; or their number. */
const long = Number(process.env['GOLANGIA_LONG'] ?? 0);
if (long > 0) {
	const many = long === 1 ? 1e6 : long;
	/** As many standard errors of ten runs are as unlikely as 3.5 that are known exactly. */
	const rarely = studentQuantile(1 - 0.000233, 9);
	let intervals = 0;
	let misses = 0;

	test.each(anchors)(
		'%s: ten seeds agree within 3.5 standard errors',
		{ timeout: 3_600_000 },
		(_, anchor) => {
			expect(wrongWith(anchor, many)).toEqual([]);
		}
	);

	test('of the intervals that ten seeds give, 3 to 9 % miss', () => {
		expect(misses / intervals).toBeGreaterThan(0.03);
		expect(misses / intervals).toBeLessThan(0.09);
	});

	afterAll(() => {
		console.log(`${String(misses)} of ${String(intervals)} intervals miss`);
	});

	const wrongWith = (anchor: Anchor, requests: number): string[] => {
		// Other seeds for each: with the same ones all anchors would have the same arrivals and err together.
		const first = 10 * reference.anchors.indexOf(anchor);
		const runs = Array.from({ length: 10 }, (_, i) => runOf(anchor, requests, first + i));
		return checksOf(anchor).flatMap(({ metric, expected, halfWidth, allowance, uncertainty, estimate }) => {
			const found = runs.map(estimate);
			const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
			const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (found.length - 1);
			const error = Math.hypot(Math.sqrt(variance / found.length), uncertainty / 1.96);
			const off = Math.abs(mean - expected);
			if (allowance === 0 && error > 0) {
				intervals++;
				// Student's t with 9 degrees of freedom.
				if (off > 2.262 * error) misses++;
			}
			// Ten runs may by chance lie closer together than they should: the error known from elsewhere bounds theirs from below.
			const one = ((halfWidth ?? 0) * expected * Math.sqrt(1e6 / requests)) / 1.96;
			const known = Math.hypot(one / Math.sqrt(found.length), uncertainty / 1.96);
			// Where nobody knows it, so rare a miss takes more of their own errors.
			const most = halfWidth === undefined ? rarely * error : 3.5 * Math.max(error, known);
			return off <= most + allowance
				? []
				: [`${metric} ${String(mean)}, not ${String(expected)}: ${String(off / error)} standard errors`];
		});
	};
}
