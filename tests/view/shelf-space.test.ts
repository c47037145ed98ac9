import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lensOf, ringCuts, ringPaths } from '#view/shelf/ring.ts';
import { slotGrid } from '#view/shelf/slots.ts';
import { ownersAmong, rowCuts, sharesOf, sharesWords } from '#view/shelf/space.ts';
import { busy } from '../balancer/backends.ts';

test('ownersAmong turns places in a list into places among the servers shown', () => {
	const [a, b, c] = busy([0, 0, 0]);
	const backends = [a, b, c].filter((backend) => backend !== undefined);
	const space = { kind: 'table', backends, owners: Uint32Array.of(2, 0, 1) } as const;
	expect(ownersAmong(space, ['c', 'a'])).toEqual([0, 1, -1]);
});

test('A point owns the circle up to it, from the one before, across the top', () => {
	expect(ringCuts([0, 1, 1], [0.25, 0.5, 0.75])).toEqual([
		{ owner: 0, from: -0.25, to: 0.25 },
		{ owner: 1, from: 0.25, to: 0.75 }
	]);
});

test('Where the nearest point counts, borders lie halfway', () => {
	expect(ringCuts([0, 1], [0.25, 0.75], true)).toEqual([
		{ owner: 0, from: 0, to: 0.5 },
		{ owner: 1, from: 0.5, to: 1 }
	]);
});

test('The arcs of a circle cover it once, whoever owns how many points', () => {
	const ring = fc
		.uniqueArray(fc.nat(9999), { minLength: 1, maxLength: 60 })
		.chain((places) =>
			fc.tuple(
				fc.constant(places.toSorted((a, b) => a - b).map((place) => place / 10_000)),
				fc.array(fc.nat(3), { minLength: places.length, maxLength: places.length })
			)
		);
	fc.assert(
		fc.property(ring, fc.boolean(), ([ends, owners], nearest) => {
			const cuts = ringCuts(owners, ends, nearest);
			const total = cuts.reduce((sum, { from, to }) => sum + to - from, 0);
			expect(total).toBeCloseTo(1, 9);
			for (const [i, cut] of cuts.entries()) {
				expect(cut.to).toBeGreaterThan(cut.from);
				if (i > 0) expect(cut.from).toBe(cuts[i - 1]?.to);
			}
			expect(ringPaths(cuts, { inner: 1, outer: 2 })).toHaveLength(new Set(owners).size);
		})
	);
});

test('The lens shows the key, the point it came to and those beside it', () => {
	const ends = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
	const lens = lensOf([0, 1, 2, 3, 0, 1], ends, { piece: 3, at: 0.25 });
	expect(lens.ticks.map(({ point }) => point)).toEqual([0, 1, 2, 3, 4, 5]);
	expect(lens.key).toBeLessThan(lens.hit);
	expect(lens.ticks.find(({ point }) => point === 3)?.x).toBe(lens.hit);
	expect(lens.ticks.find(({ point }) => point === 2)?.x).toBeLessThan(lens.hit);
});

test('The lens goes across the top, and back to a nearest point before the key', () => {
	const ends = [0.1, 0.4, 0.7, 0.9];
	const across = lensOf([0, 1, 2, 3], ends, { piece: 0, at: 0.95 });
	expect(across.hit).toBeGreaterThan(across.key ?? 1);
	const back = lensOf([0, 1, 2, 3], ends, { piece: 1, at: 0.45 });
	expect(back.hit).toBeLessThan(back.key ?? 0);
});

test('The lens of any ring keeps everything inside, and has the point that was hit', () => {
	fc.assert(
		fc.property(
			fc.uniqueArray(fc.nat(9999), { minLength: 1, maxLength: 80 }),
			fc.nat(9999),
			fc.nat(),
			fc.boolean(),
			(places, key, chosen, isKnown) => {
				const ends = places.toSorted((a, b) => a - b).map((place) => place / 10_000);
				const piece = chosen % ends.length;
				const at = isKnown ? { at: key / 10_000 } : {};
				const {
					ticks,
					hit,
					key: mark = 0
				} = lensOf(
					ends.map(() => 0),
					ends,
					{ piece, ...at }
				);
				for (const x of [...ticks.map((tick) => tick.x), hit, mark]) {
					expect(x).toBeGreaterThanOrEqual(-1e-9);
					expect(x).toBeLessThanOrEqual(1 + 1e-9);
				}
				expect(ticks.filter(({ point }) => point === piece)).toHaveLength(1);
			}
		)
	);
});

test('A small table is shown whole, of a large one whole rows with the slot that was hit', () => {
	expect(slotGrid(7, 3)).toEqual({ from: 0, to: 7, columns: 7 });
	expect(slotGrid(251, 3)).toMatchObject({ from: 0, to: 251 });
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 65_537 }), fc.nat(), (size, chosen) => {
			const hit = chosen % size;
			const { from, to } = slotGrid(size, hit);
			expect(from).toBeLessThanOrEqual(hit);
			expect(to).toBeGreaterThan(hit);
			expect(to).toBeLessThanOrEqual(size);
			expect(from).toBeGreaterThanOrEqual(0);
		})
	);
});

test('Shares are those of the sizes, in words without those that have none', () => {
	const shares = sharesOf([0, 2, 0], (piece) => [1, 1, 2][piece] ?? 0, 3);
	expect(shares).toEqual([0.75, 0, 0.25]);
	expect(sharesWords(['A', 'B', 'C'], shares)).toBe('A 75 %, C 25 %');
	expect(rowCuts([1, 0], [0.4, 1])).toEqual([
		{ owner: 1, from: 0, to: 0.4 },
		{ owner: 0, from: 0.4, to: 1 }
	]);
});
