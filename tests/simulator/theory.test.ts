import { expect, test, vi } from 'vitest';
import { simulate } from '#simulator/simulate.ts';
import { type Anchor, estimates, expressed, leftOut, reference, scenarioOf } from './anchors.ts';

// A second or less each on an idle machine.
vi.setConfig({ testTimeout: 60_000 });

/** Requests of one run in the short version. */
const requests = 200_000;

/**
 * The histogram knows a value to 1/128 of its octave and places it evenly within its bin. Where a whole share of
 * the requests takes exactly one time (no wait before fixed work), that is off by as much as a bin; elsewhere by far less.
 */
const binWidth = 1 / 128;

test('every family of reference values is either held or left out for a stated reason', () => {
	const named = [...Object.keys(expressed), ...Object.keys(leftOut)];
	expect(named.toSorted()).toEqual(Object.keys(reference.families).toSorted());
	expect(new Set(named).size).toBe(named.length);
	for (const family of Object.keys(expressed)) {
		const anchors = reference.anchors.filter((anchor) => anchor.family === family);
		expect(anchors.length, family).toBe(reference.families[family]);
	}
});

test.each(reference.anchors.map((anchor) => [anchor.id, anchor] as const))(
	'%s: one run with seed 1 agrees within 2.5 half-widths',
	(_, anchor) => {
		const engine = simulate(scenarioOf(anchor, requests), 1);
		const checks = checksOf(anchor);
		expect(checks.length).toBeGreaterThanOrEqual(4);
		const wrong = checks.flatMap(({ metric, expected, halfWidth, allowance }) => {
			const found = estimates[metric]?.(engine) ?? NaN;
			const tolerance = 2.5 * halfWidth * Math.sqrt(1e6 / requests) * expected + allowance;
			const off = Math.abs(found - expected);
			return off <= tolerance
				? []
				: [`${metric} ${String(found)}, not ${String(expected)} ± ${String(tolerance)}`];
		});
		expect(wrong).toEqual([]);
	}
);

test('Erlang’s loss does not depend on the law of the work, only on its mean', () => {
	const anchor = reference.anchors.find(({ id }) => id === 'erlangb-c10-a8');
	if (anchor === undefined) throw new Error('The reference values have no erlangb-c10-a8.');
	const scenario = scenarioOf(anchor, requests);
	const expected = anchor.expected['drop_probability'] ?? NaN;
	const tolerance =
		2.5 * (anchor.halfWidth['drop_probability'] ?? NaN) * Math.sqrt(1e6 / requests) * expected;
	for (const law of ['fixed', 'heavy'] as const) {
		const { metrics } = simulate({ ...scenario, work: { ...scenario.work, law } }, 1);
		expect(Math.abs(metrics.failed / metrics.answered - expected), law).toBeLessThan(tolerance);
	}
});

/** GOLANGIA_LONG=1: about a thousand million requests, a quarter of an hour and more. */
test.runIf(process.env['GOLANGIA_LONG'])(
	'ten seeds of a million requests agree within 3.5 standard errors, and 3 to 9 % of their intervals miss',
	{ timeout: 3_600_000 },
	() => {
		let intervals = 0;
		let misses = 0;
		const wrong: string[] = [];
		for (const [index, anchor] of reference.anchors.entries()) {
			const scenario = scenarioOf(anchor, 1e6);
			// Other seeds for each: with the same ones all anchors would have the same arrivals and err together.
			const seeds = Array.from({ length: 10 }, (_, run) => 10 * index + run);
			const engines = seeds.map((seed) => simulate(scenario, seed));
			for (const { metric, expected, halfWidth, allowance, uncertainty } of checksOf(anchor)) {
				const found = engines.map((engine) => estimates[metric]?.(engine) ?? NaN);
				const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
				const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (found.length - 1);
				const error = Math.hypot(Math.sqrt(variance / found.length), uncertainty / 1.96);
				const off = Math.abs(mean - expected);
				// Ten runs may by chance lie closer together than they should: the error known from elsewhere bounds theirs from below.
				const known = Math.hypot((halfWidth * expected) / 1.96 / Math.sqrt(found.length), uncertainty / 1.96);
				if (off > 3.5 * Math.max(error, known) + allowance) {
					wrong.push(
						`${anchor.id} ${metric} ${String(mean)}, not ${String(expected)}: ${String(off / error)} standard errors`
					);
				}
				if (allowance > 0) continue;
				intervals++;
				// Student's t with 9 degrees of freedom.
				if (off > 2.262 * error) misses++;
			}
		}
		console.log(
			`${String(misses)} of ${String(intervals)} intervals miss; beyond 3.5 standard errors:`,
			wrong
		);
		expect(wrong).toEqual([]);
		expect(misses / intervals).toBeGreaterThan(0.03);
		expect(misses / intervals).toBeLessThan(0.09);
	}
);

interface Check {
	readonly metric: string;
	readonly expected: number;
	readonly halfWidth: number;
	/** Absolute, for what the histogram cannot resolve. */
	readonly allowance: number;
	/** Absolute 95 % half-width of the expected value. */
	readonly uncertainty: number;
}

function checksOf({ expected, halfWidth, expectedHalfWidth, family }: Anchor): Check[] {
	return Object.entries(expected).flatMap(([metric, value]) => {
		const width = halfWidth[metric];
		if (width === undefined || estimates[metric] === undefined) return [];
		const atom = expressed[family]?.law === 'fixed' && metric.startsWith('response_p');
		return [
			{
				metric,
				expected: value,
				halfWidth: width,
				allowance: atom ? binWidth * value : 0,
				uncertainty: expectedHalfWidth?.[metric] ?? 0
			}
		];
	});
}
