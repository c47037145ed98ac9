import { expect, test } from 'vitest';
import { isPassed, whenListChanges } from '#balancer/choose.ts';
import { busy, weighing } from './backends.ts';

test('whenListChanges makes anew for another member, order or weight, and not for another array', () => {
	let made = 0;
	const count = whenListChanges(() => ++made);
	const all = weighing(1, 2, 3).map((backend) => ({ ...backend }));
	expect([count(all), count(all), count([...all])]).toEqual([1, 1, 1]);
	expect(count(all.slice(1))).toBe(2);
	expect(count(all)).toBe(3);
	expect(count(all.toReversed())).toBe(4);
	const [first] = all;
	if (first === undefined) throw new Error('There are three.');
	first.weight = 7;
	expect(count(all.toReversed())).toBe(5);
});

test('whenListChanges keeps what it made even if that is nothing', () => {
	let asked = 0;
	const nothing = whenListChanges(() => {
		asked++;
		return undefined;
	});
	const all = weighing(1, 2);
	nothing(all);
	nothing(all);
	expect(asked).toBe(1);
});

test('isPassed is true for whoever has no room or has failed this request', () => {
	const [a, b] = busy([1, 1]);
	if (a === undefined || b === undefined) throw new Error('There are two.');
	expect([isPassed(a, undefined), isPassed(a, [b]), isPassed(a, [a])]).toEqual([false, false, true]);
	expect(isPassed({ ...a, limit: 1 }, undefined)).toBe(true);
});
