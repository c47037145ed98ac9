import { expect, test } from 'vitest';
import { HashWalk } from '#balancer/structures/hash-walk.ts';
import { weighing } from '../backends.ts';

test('HashWalk keeps the places of those who are out, even while just as many others stand in', () => {
	const [a, b, c, d] = weighing(3, 2, 1, 1);
	if (a === undefined || b === undefined || c === undefined || d === undefined)
		throw new Error('no backends');
	const walk = new HashWalk();
	walk.members([a, b]);
	const standIns = [c, d];
	for (let question = 0; question < 5; question++) {
		expect(standIns).toContain(walk.pick(standIns, undefined, () => question));
		expect(walk.gaveUp()).toBe(true);
	}
	expect(walk.pick([a, b], undefined, () => 3)).toBe(b);
	expect(walk.gaveUp()).toBe(false);
});
