import { expect, test } from 'vitest';
import { moved } from '#view/controls/order.ts';
import { marksOf, momentNear, signPath, type Sign } from '#view/controls/timeline.ts';

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

test('Marks lie where their moments are in the run, and one stands for its like close by', () => {
	const marks = marksOf(
		[
			{ at: 100, until: 300, label: 'a', sign: 'refused' },
			{ at: 105, until: 400, label: 'b', sign: 'refused' },
			{ at: 105, label: 'c', sign: 'timeout' },
			{ at: 105, label: 'd', sign: 'refused', lane: 1 },
			{ at: 900, label: 'e' }
		],
		1000,
		0.01
	);
	expect(marks.map(({ label, from, to, sign }) => [label, from, to, sign])).toEqual([
		['a', 0.1, 0.4, 'refused'],
		['c', 0.105, 0.105, 'timeout'],
		['d', 0.105, 0.105, 'refused'],
		['e', 0.9, 0.9, 'failed']
	]);
});

test('Each sign has a shape of its own', () => {
	const signs: readonly Sign[] = [
		'refused',
		'timeout',
		'failed',
		'ejected',
		'restored',
		'fleet',
		'fault',
		'rule',
		'fork'
	];
	expect(new Set(signs.map(signPath)).size).toBe(signs.length);
});
