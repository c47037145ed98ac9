import { expect, test } from 'vitest';
import { ringOf } from '#balancer/structures/ring.ts';
import { weighing } from '../backends.ts';

test('ringOf gives every backend points by its weight, and one at least', () => {
	const { points, owners } = ringOf(weighing(1, 2.5, 0.001), 10);
	const counts = [0, 1, 2].map((place) => owners.filter((owner) => owner === place).length);
	expect(counts).toEqual([10, 25, 1]);
	expect([...points]).toEqual([...points].sort((a, b) => a - b));
});

test('ringOf shrinks a ring that weights would make too large, and keeps the proportions', () => {
	const { owners } = ringOf(weighing(1e9, 3e9, 1e300 / 1e290), 100);
	expect(owners.length).toBeLessThan(2 ** 20 + 3);
	const counts = [0, 1, 2].map((place) => owners.filter((owner) => owner === place).length);
	expect((counts[1] ?? 0) / (counts[0] ?? 1)).toBeCloseTo(3, 3);
	expect((counts[2] ?? 0) / (counts[0] ?? 1)).toBeCloseTo(10, 2);
});

test('ringOf puts the points of a backend where they lie without the others', () => {
	const pointsOf = (weights: number[], place: number): number[] => {
		const { points, owners } = ringOf(weighing(...weights), 50);
		return [...points.filter((_, i) => owners[i] === place)];
	};
	expect(pointsOf([1, 1, 1], 1)).toEqual(pointsOf([4, 1], 1));
});
