import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Buckets } from '#balancer/structures/buckets.ts';
import { busy } from '../backends.ts';

test('Buckets knows who has the fewest, as looking at all of them does, whatever has happened', () => {
	const inflight = fc.nat(6);
	const moves = fc.array(fc.tuple(fc.nat(), inflight), { maxLength: 60 });
	fc.assert(
		fc.property(fc.array(inflight, { minLength: 1, maxLength: 12 }), moves, (counts, then) => {
			const backends = busy(counts).map((backend) => ({ ...backend }));
			const buckets = new Buckets(backends);
			for (const [lot, count] of [[0, counts[0] ?? 0] as const, ...then]) {
				const moved = backends[lot % backends.length];
				if (moved === undefined) return;
				moved.inflight = count;
				buckets.reread(moved);
				const least = Math.min(...backends.map((backend) => backend.inflight));
				const fewest = backends.filter((backend) => backend.inflight === least);
				const found = Array.from({ length: buckets.tied }, (_, place) => buckets.least(place));
				expect(new Set(found)).toEqual(new Set(fewest));
				expect(found).toHaveLength(fewest.length);
			}
		})
	);
});

test('Buckets does not mind one that is not in its list', () => {
	const [a, b] = busy([1, 0]);
	if (a === undefined || b === undefined) throw new Error('There are two.');
	const buckets = new Buckets([a]);
	buckets.reread(b);
	expect([buckets.tied, buckets.least(0)]).toEqual([1, a]);
});
