import fc from 'fast-check';
import { expect, test } from 'vitest';
import { avalanche } from '#balancer/structures/haproxy-hash.ts';
import { HaproxyRing } from '#balancer/structures/haproxy-ring.ts';
import type { Backend } from '#balancer/strategy.ts';
import { weighing } from '../backends.ts';

const nobodyIsFull = (): boolean => false;

function ringOf(...lists: (readonly Backend[])[]): HaproxyRing {
	const ring = new HaproxyRing();
	for (const list of lists) ring.follow(list);
	return ring;
}

/** Owners and positions of all points, as text. */
function drawn(ring: HaproxyRing): string {
	return Array.from({ length: ring.size }, (_, point) => ring.owner(point)?.id).join('');
}

test('HaproxyRing gives each server sixteen points for each unit of weight', () => {
	const ring = ringOf(weighing(1, 5, 0.5, 0.001));
	const points = Array.from(drawn(ring));
	expect(['a', 'b', 'c', 'd'].map((id) => points.filter((owner) => owner === id).length)).toEqual([
		16, 80, 8, 1
	]);
});

test('HaproxyRing gives a position to the nearest point, on either side', () => {
	const both = weighing(1, 1);
	const positions = both.flatMap((backend) =>
		Array.from({ length: 16 }, (_, i) => ({ backend, at: avalanche(backend.number * 4096 + i) }))
	);
	const ring = ringOf(both);
	fc.assert(
		fc.property(fc.nat(0xffffffff), (hash) => {
			const distance = (at: number): number => Math.min((hash - at) >>> 0, (at - hash) >>> 0);
			const nearest = positions.reduce((best, other) =>
				distance(other.at) < distance(best.at) ? other : best
			);
			expect(ring.owner(ring.nearest(hash))).toBe(nearest.backend);
		})
	);
});

test('HaproxyRing is the same whatever happened before', () => {
	const lists = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 6, maxLength: 6 }), {
		minLength: 1
	});
	fc.assert(
		fc.property(lists, (rounds) => {
			const all = weighing(1, 1, 1, 1, 1, 1);
			const asLists = rounds.map((weights) =>
				all.flatMap((backend, i) => {
					const weight = weights[i] ?? 0;
					return weight > 0 ? [{ ...backend, weight }] : [];
				})
			);
			const last = asLists.at(-1) ?? [];
			expect(drawn(ringOf(...asLists))).toBe(drawn(ringOf(last)));
		})
	);
});

test('HaproxyRing moves only keys of a server that left', () => {
	const all = weighing(3, 1, 2, 1);
	const [before, after] = [ringOf(all), ringOf(all, all.slice(1))];
	for (let key = 0; key < 2000; key++) {
		const owner = before.owner(before.nearest(avalanche(key)));
		const now = after.owner(after.nearest(avalanche(key)));
		if (owner !== all[0]) expect(now).toBe(owner);
		else expect(now).not.toBe(owner);
	}
});

test('HaproxyRing steps along its points, and goes on from there when others leave', () => {
	const all = weighing(1, 1, 1);
	const ring = ringOf(all);
	const order = drawn(ring);
	const turns = (count: number): string =>
		Array.from({ length: count }, () => ring.turn(nobodyIsFull, undefined)?.id).join('');
	expect(turns(50)).toBe(order + order.slice(0, 2));
	// The turn stands on the second point. Whoever owns it stays; the third point on, without the one that left.
	const gone = all.find(({ id }) => id !== order[1]);
	ring.follow(all.filter((backend) => backend !== gone));
	const left = Array.from(order)
		.slice(2)
		.filter((id) => id !== gone?.id)
		.join('');
	expect(turns(left.length)).toBe(left);
});

test('HaproxyRing passes over the avoided one, and settles for it when it is alone', () => {
	const both = ringOf(weighing(1, 1));
	const avoided = both.owner(0);
	expect(both.turn(nobodyIsFull, avoided)).toBe(avoided);
	for (let point = 0; point < both.size; point++) {
		expect(both.owner(both.passOver(point, avoided))).not.toBe(avoided);
		expect(both.turn(nobodyIsFull, avoided)).not.toBe(avoided);
	}
	const list = weighing(1);
	const alone = ringOf(list);
	expect(alone.owner(alone.passOver(3, list[0]))).toBe(list[0]);
	expect(alone.turn(nobodyIsFull, list[0])).toBe(list[0]);
});

test('HaproxyRing without servers has nobody to name', () => {
	const ring = ringOf([]);
	expect([ring.nearest(5), ring.owner(-1), ring.turn(nobodyIsFull, undefined)]).toEqual([
		-1,
		undefined,
		undefined
	]);
});
