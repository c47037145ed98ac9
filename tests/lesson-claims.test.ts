import { expect, test } from 'vitest';
import { hashClient } from '#balancer/hash.ts';
import { hashKey } from '#balancer/structures/mix.ts';
import { ringOf } from '#balancer/structures/ring.ts';
import { weighing } from './balancer/backends.ts';

// What lessons work out by hand, where no run measures it.

function ipHash(address: string): number {
	return hashClient(address, 89, (hash, octet) => (113 * hash + octet) % 6271);
}

/** Where each server's one point lies on the circle, from 0 to 100, in the order in which they are met. */
function circleOf(ids: readonly string[]): readonly (readonly [id: string, at: string])[] {
	const backends = weighing(...ids.map(() => 1)).map((backend, place) => ({
		...backend,
		id: ids[place] ?? ''
	}));
	const { points, owners } = ringOf(backends, 1);
	return [...points].map((point, place) => [ids[owners[place] ?? 0] ?? '', inHundred(point)]);
}

const inHundred = (position: number): string => ((100 * position) / 2 ** 32).toFixed(1);

test('lesson 5: the office’s address becomes 3797, 2633 and 2792, and so falls to A', () => {
	const steps = [11, 0, 0].reduce<number[]>(
		(numbers, octet) => [...numbers, (113 * (numbers.at(-1) ?? 89) + octet) % 6271],
		[]
	);
	expect(steps).toEqual([3797, 2633, 2792]);
	expect(ipHash('11.0.0.0')).toBe(2792);
	expect(2792 % 4).toBe(0);
});

test('lesson 10: the followed address leaves C for B by the remainder, and lies before B on the ring', () => {
	expect(ipHash('11.166.109.19')).toBe(2846);
	expect([2846 % 4, 2846 % 5]).toEqual([2, 1]);
	expect(inHundred(hashKey('11.166.109.19'))).toBe('38.0');
});

test('lesson 10: with one point each, E lands just before A', () => {
	const four = [
		['C', '3.8'],
		['D', '22.7'],
		['B', '81.5'],
		['A', '96.3']
	];
	expect(circleOf(['A', 'B', 'C', 'D'])).toEqual(four);
	expect(circleOf(['A', 'B', 'C', 'D', 'E'])).toEqual(four.toSpliced(3, 0, ['E', '95.9']));
});
