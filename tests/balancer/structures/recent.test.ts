import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Recent } from '#balancer/structures/recent.ts';

test('Recent ranks the last so many numbers and has forgotten those before', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 9 }), fc.array(fc.nat(12)), (most, numbers) => {
			const recent = new Recent(most);
			numbers.forEach((number, index) => {
				recent.add(number);
				const last = numbers.slice(Math.max(0, index + 1 - most), index + 1).sort((a, b) => a - b);
				expect(Array.from({ length: recent.size }, (_, rank) => recent.ranked(rank))).toEqual(last);
			});
		})
	);
});

test('Recent has no rank before anything came', () => {
	const recent = new Recent(3);
	expect([recent.size, recent.ranked(0)]).toEqual([0, 0]);
});
