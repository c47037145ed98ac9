import { expect, test } from 'vitest';
import { roundRobin } from '#balancer/strategies/round-robin.ts';
import { picks, scripted, weighing } from '../backends.ts';

const turns = () => roundRobin.create({}, scripted());

test('Round robin takes each backend in turn, whatever its weight', () => {
	expect(picks(turns(), weighing(5, 1, 1), 7)).toBe('abcabca');
});

test('Round robin goes on with the next one when the backend that had the last turn leaves', () => {
	const [a, b, c] = weighing(1, 1, 1);
	const strategy = turns();
	expect(
		picks(
			strategy,
			[a, b, c].filter((x) => x !== undefined),
			2
		)
	).toBe('ab');
	expect(
		picks(
			strategy,
			[a, c].filter((x) => x !== undefined),
			3
		)
	).toBe('cac');
});

test('Round robin does not begin anew when a backend joins', () => {
	const three = weighing(1, 1, 1);
	const strategy = turns();
	expect(picks(strategy, three.slice(0, 2), 1)).toBe('a');
	expect(picks(strategy, three, 4)).toBe('bcab');
});

test('Round robin passes nobody over when retries leave the failed one out', () => {
	const three = weighing(1, 1, 1);
	const strategy = turns();
	// a fails each time it is asked; its request goes to the next, and the turn after that is the one after next.
	const served = { b: 0, c: 0 };
	for (let request = 0; request < 300; request++) {
		let picked = picks(strategy, three, 1);
		if (picked === 'a') picked = picks(strategy, three.slice(1), 1);
		served[picked as 'b' | 'c']++;
	}
	expect(served).toEqual({ b: 150, c: 150 });
});

test('Round robin starts with the first when nobody of the old list is left', () => {
	const four = weighing(1, 1, 1, 1);
	const strategy = turns();
	expect(picks(strategy, four.slice(0, 2), 1)).toBe('a');
	expect(picks(strategy, four.slice(2), 3)).toBe('cdc');
});
