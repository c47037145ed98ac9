import { expect, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import { nginxRandom } from '#balancer/strategies/nginx-random.ts';
import { busy, callWith, picks, scripted, weighing } from '../backends.ts';

test('NGINX random throws a dart at a row as long as the weights', () => {
	const strategy = nginxRandom.create({ choices: 1 }, scripted(0, 0.49, 0.5, 0.83, 0.84, 0.999));
	expect(picks(strategy, weighing(3, 2, 1), 6)).toBe('aabbcc');
});

test('NGINX random with two takes the less busy for its weight, the second on a tie', () => {
	const throws = (...lots: number[]) => nginxRandom.create({ choices: 2 }, scripted(...lots));
	expect(picks(throws(0, 0.9), busy([3, 2], [2, 1]), 1)).toBe('a');
	expect(picks(throws(0, 0.9), busy([4, 1], [2, 1]), 1)).toBe('b');
	expect(picks(throws(0, 0.9), busy([2, 1], [2, 1]), 1)).toBe('b');
	// The same one again counts for nothing.
	expect(picks(throws(0, 0.1, 0.2, 0.9), busy([1, 0]), 1)).toBe('b');
});

test('NGINX random throws again at whoever is out, and lets turns decide after twenty misses', () => {
	const all = busy([0, 0, 0]);
	const once = nginxRandom.create({ choices: 1 }, scripted(0.1, 0.1, 0.9));
	once.members?.(all);
	expect(once.pick(all.slice(1), callWith(''))?.id).toBe('c');
	const never = nginxRandom.create({ choices: 1 }, scripted(...Array<number>(42).fill(0)));
	never.members?.(all);
	expect([1, 2].map(() => never.pick(all.slice(1), callWith(''))?.id)).toEqual(['b', 'c']);
});

test('NGINX random gives shares by weight', () => {
	const strategy = nginxRandom.create({ choices: 1 }, randomStream(3));
	const drawn = picks(strategy, weighing(3, 2, 1), 6000);
	expect(['a', 'b', 'c'].map((id) => Math.round((drawn.split(id).length - 1) / 1000))).toEqual([3, 2, 1]);
});
