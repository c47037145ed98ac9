import { expect, test } from 'vitest';
import { moved } from '#view/controls/order.ts';
import { momentNear } from '#view/controls/timeline.ts';

test('moved puts one thing elsewhere and leaves the list it was given', () => {
	const list = ['a', 'b', 'c'];
	expect(moved(list, 0, 2)).toEqual(['b', 'c', 'a']);
	expect(moved(list, 2, 0)).toEqual(['c', 'a', 'b']);
	expect(moved(list, 1, 9)).toEqual(['a', 'c', 'b']);
	expect(moved(list, 7, 0)).toEqual(list);
	expect(list).toEqual(['a', 'b', 'c']);
});

test('momentNear takes the closest event within reach', () => {
	const moments = [
		{ at: 1000, label: 'first' },
		{ at: 1300, label: 'second' }
	];
	expect(momentNear(moments, 1200, 500)?.label).toBe('second');
	expect(momentNear(moments, 1100, 500)?.label).toBe('first');
	expect(momentNear(moments, 5000, 500)).toBeUndefined();
});
