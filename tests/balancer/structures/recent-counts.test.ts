import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentCounts } from '#balancer/structures/recent-counts.ts';

test('RecentCounts.quantile is the count at that rank of the last so many', () => {
	const percent = fc.nat(100);
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 9 }), fc.array(fc.nat(12)), percent, (most, numbers, share) => {
			const recent = new RecentCounts(most);
			numbers.forEach((number, index) => {
				recent.add(number);
				const last = numbers.slice(Math.max(0, index + 1 - most), index + 1).sort((a, b) => a - b);
				expect(recent.quantile(share / 100)).toBe(last[Math.ceil((share / 100) * (last.length - 1))]);
			});
		})
	);
});
