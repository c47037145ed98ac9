import { expect, test } from 'vitest';
import { spline, swarm, tower, travellers, wood, type Spot } from '#view/kingdom/ink.ts';

const road: Spot[] = [
	[0, 0],
	[50, 40],
	[100, 0]
];

test('spline passes through every spot it was given', () => {
	const curve = spline(road);
	for (const [x, y] of road) expect(curve.some(([a, b]) => Math.hypot(a - x, b - y) < 1e-9)).toBe(true);
});

test('the drawing is the same every time, so that page and browser agree', () => {
	const body = [{ x: 50, y: 50, r: 30 }];
	expect(swarm(body, 4)).toEqual(swarm(body, 4));
	expect(swarm(body, 4)).not.toEqual(swarm(body, 5));
	expect(wood(0, 0, 40, 20, 12, 1)).toEqual(wood(0, 0, 40, 20, 12, 1));
});

test('travellers crowd at the beginning of the road', () => {
	const all = travellers(spline(road), 40, 1, 2);
	expect(all).toHaveLength(40);
	expect(all.filter(({ x }) => x < 50).length).toBeGreaterThan(24);
});

test('tower closes a battlement with as many teeth as told', () => {
	const path = tower(0, 50, 100, 20, 3, 5);
	expect(path.match(/v-5/g)).toHaveLength(3);
	expect(path.endsWith('V100z')).toBe(true);
});
