import { expect, test, vi } from 'vitest';
import { simulate } from '#simulator/simulate.ts';
import { seedOf } from '../seeds.ts';
import { runOf } from './anchor-run.ts';
import { checksOf } from './anchor-checks.ts';
import { enoughFor, expressed, reference, scenarioOf } from './anchors.ts';

// A second or less each on an idle machine; the one that settles slowest takes ten.
vi.setConfig({ testTimeout: 300_000 });

/** Requests of a run, at least; `npm run test:theory` is the long version. */
const fewest = 80_000;
const anchors = reference.anchors.map((anchor) => [anchor.id, anchor] as const);

test('every family of reference values is held, with all its anchors', () => {
	expect(Object.keys(expressed).toSorted()).toEqual(Object.keys(reference.families).toSorted());
	for (const family of Object.keys(expressed)) {
		const anchors = reference.anchors.filter((anchor) => anchor.family === family);
		expect(anchors.length, family).toBe(reference.families[family]);
	}
});

test.each(anchors)('%s: one run agrees within 2.5 half-widths', (_, anchor) => {
	const requests = enoughFor(anchor, fewest);
	const run = runOf(anchor, requests, seedOf(1));
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
	const scenario = scenarioOf(anchor, fewest);
	const expected = anchor.expected['drop_probability'] ?? NaN;
	const tolerance = 2.5 * (anchor.halfWidth['drop_probability'] ?? NaN) * Math.sqrt(1e6 / fewest) * expected;
	for (const law of ['fixed', 'heavy', 'lognormal', 'bimodal'] as const) {
		const { metrics } = simulate({ ...scenario, work: { ...scenario.work, law } }, seedOf(1));
		expect(Math.abs(metrics.failed / metrics.answered - expected), law).toBeLessThan(tolerance);
	}
});
