import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fill, serverMap, turns } from '#balancer/structures/haproxy-map.ts';
import { weighing } from '../backends.ts';

const drawn = (slots: readonly { id: string }[]): string => slots.map(({ id }) => id).join('');

test('A server map mixes the weights in evenly, the first server first', () => {
	expect(drawn(serverMap().slots(weighing(3, 2, 1)))).toBe('aababc');
	expect(drawn(serverMap().slots(weighing(5, 1, 1)))).toBe('aaabaac');
	expect(drawn(serverMap().slots(weighing(1, 1, 1)))).toBe('abc');
});

test('A server map divides the weights by what they have in common, also with those that are out', () => {
	expect(drawn(serverMap().slots(weighing(4, 2)))).toBe('aab');
	const map = serverMap();
	const all = weighing(4, 2, 1);
	map.members(all);
	expect(map.slots(all.slice(0, 2))).toHaveLength(6);
});

test('A server map gives each server as many slots as it has weight', () => {
	const weights = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
	fc.assert(
		fc.property(weights, (weights) => {
			const backends = weighing(...weights);
			const slots = fill(backends, weights);
			expect(backends.map((backend) => slots.filter((owner) => owner === backend).length)).toEqual(weights);
		})
	);
});

test('A server map takes a weight for the nearest that HAProxy knows', () => {
	expect(serverMap().slots(weighing(0.2, 1.6))).toHaveLength(3);
	expect(serverMap().slots(weighing(1000, 1))).toHaveLength(257);
});

test('A server map of the first backup has as many slots as its weight, and others stand on it too', () => {
	const slots = (...weights: number[]) => drawn(serverMap().backupSlots(weighing(...weights)));
	expect(slots(1, 5)).toBe('a');
	expect(slots(2, 3)).toBe('ab');
	expect(slots(2, 9)).toBe('bb');
	expect(slots(5, 5, 3)).toBe('ababa');
});

test('A server map keeps its slots when a server is set to weight 0', () => {
	const map = serverMap();
	const others = weighing(4, 2);
	const changing = weighing(1).map((backend) => ({ ...backend }));
	map.members([...others, ...changing]);
	for (const backend of changing) backend.weight = 0;
	map.members([...others, ...changing]);
	expect(map.slots(others)).toHaveLength(6);
});

test('Turns go on at the same slot when the map changes, and at 0 when it has got too short', () => {
	const turn = turns();
	const all = weighing(1, 1, 1, 1);
	const next = (servers: number): string =>
		turn.next(all.slice(0, servers), () => false, undefined)?.id ?? '-';
	expect([3, 3, 4, 2, 3, 4].map(next).join('')).toBe('abcabc');
});

test('Turns pass over the full and the avoided, and take the avoided before nobody', () => {
	const backends = weighing(1, 1, 1);
	const [a, b, c] = backends;
	const turn = turns();
	expect(turn.next(backends, (backend) => backend === a, undefined)).toBe(b);
	expect(turn.next(backends, () => false, c)).toBe(a);
	expect(turn.next(backends, (backend) => backend !== b, b)).toBe(b);
	expect(turn.next(backends, () => false, undefined)).toBe(c);
	expect(turn.next(backends, () => true, undefined)).toBeUndefined();
});
