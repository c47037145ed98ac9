import { expect, test } from 'vitest';
import { CheckJudge } from '#balancer/checks.ts';

test('three bad checks in a row take a backend out, and two good ones bring it back', () => {
	const judge = new CheckJudge({ fall: 3, rise: 2 });
	const heard = [false, false, true, false, false, false, false, true, false, true, true, true].map((good) =>
		judge.hear(good)
	);
	expect(heard).toEqual([
		...[undefined, undefined, undefined, undefined, undefined, 'down', undefined],
		...[undefined, undefined, undefined, 'up', undefined]
	]);
});

test('with a fall and a rise of one every change of mind counts', () => {
	const judge = new CheckJudge({ fall: 1, rise: 1 });
	expect([true, false, false, true, false].map((good) => judge.hear(good))).toEqual([
		undefined,
		'down',
		undefined,
		'up',
		'down'
	]);
});
