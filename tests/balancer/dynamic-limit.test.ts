import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertDynamicLimits, dynamicLimit, steadyBetween } from '#balancer/dynamic-limit.ts';

test('dynamicLimit is the share of the calls, between the least and the whole limit', () => {
	const limits = [0, 1, 20, 24, 25, 50, 99, 100, 1000].map((calls) =>
		dynamicLimit({ least: 2, most: 10 }, calls, { fullAt: 100 })
	);
	expect(limits).toEqual([2, 2, 2, 2, 2, 5, 9, 10, 10]);
});

test('dynamicLimit is the whole limit where that is the least as well', () => {
	expect([0, 5, 50].map((calls) => dynamicLimit({ least: 3, most: 3 }, calls, { fullAt: 10 }))).toEqual([
		3, 3, 3
	]);
});

test('steadyBetween says with how many calls the limit is the same, and not one more or fewer', () => {
	const anyRange = fc
		.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 60 }))
		.map(([least, more]) => ({ least, most: least + more }));
	fc.assert(
		fc.property(anyRange, fc.nat(300), fc.integer({ min: 1, max: 250 }), (range, calls, fullAt) => {
			const limit = (count: number): number => dynamicLimit(range, count, { fullAt });
			const [from, to] = steadyBetween(range, calls, { fullAt });
			expect(from).toBeLessThanOrEqual(calls);
			expect(to).toBeGreaterThanOrEqual(calls);
			expect(limit(from)).toBe(limit(calls));
			if (from > 0) expect(limit(from - 1)).toBeLessThan(limit(calls));
			if (to < Infinity) {
				expect(limit(to)).toBe(limit(calls));
				expect(limit(to + 1)).toBeGreaterThan(limit(calls));
			}
		})
	);
});

test.each([0, -3, 0.5, NaN])('assertDynamicLimits refuses %s calls', (fullAt) => {
	expect(() => {
		assertDynamicLimits({ fullAt });
	}).toThrow(
		`Limits are to be whole at ${String(fullAt)} calls: let that be at least 1, or leave dynamic limits out.`
	);
});
