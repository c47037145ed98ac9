import { expect, test } from 'vitest';
import { maglev } from '#balancer/strategies/maglev.ts';
import { callWith, scripted, weighing } from '../backends.ts';

const keys = Array.from({ length: 2000 }, (_, i) => `pilgrim ${String(i)}`);

test('Maglev moves few keys of servers that stay when one leaves, and more than none', () => {
	const all = weighing(1, 1, 1, 1, 1, 1, 1, 1);
	const strategy = maglev.create({ size: 4 }, scripted());
	const before = new Map(keys.map((key) => [key, strategy.pick(all, callWith(key))?.id]));
	const left = all.filter(({ id }) => id !== 'd');
	const moved = keys.filter(
		(key) => before.get(key) !== 'd' && before.get(key) !== strategy.pick(left, callWith(key))?.id
	);
	expect(moved.length).toBeGreaterThan(0);
	expect(moved.length / keys.length).toBeLessThan(0.05);
});

test('Maglev goes on along the table for a retry until it meets another server', () => {
	const all = weighing(1, 1, 1);
	const [a, b, c] = all;
	if (a === undefined || b === undefined) throw new Error('There are three.');
	const strategy = maglev.create({ size: 0 }, scripted());
	for (const key of keys.slice(0, 200)) {
		expect(strategy.pick(all, callWith(key), [a, b])).toBe(c);
		expect(strategy.pick(all, callWith(key), [a])).not.toBe(a);
		expect(strategy.pick(all, callWith(key), all)).toBe(strategy.pick(all, callWith(key)));
	}
});

test('Maglev with more servers than slots still has one for every key', () => {
	const crowd = weighing(...Array<number>(300).fill(1));
	const strategy = maglev.create({ size: 0 }, scripted());
	const picked = new Set(keys.map((key) => strategy.pick(crowd, callWith(key))));
	expect(picked.has(undefined)).toBe(false);
	expect(picked.size).toBe(251);
});
