import { expect, test } from 'vitest';
import { Cluster } from '#balancer/cluster.ts';
import { randomStream } from '#balancer/random.ts';
import { Stickiness } from '#balancer/stickiness.ts';
import { createStrategy } from '#balancer/strategies/index.ts';

function cluster(): Cluster {
	const made = new Cluster(createStrategy('round-robin', {}, randomStream(1)));
	for (const id of ['a', 'b']) made.add(id, {}, 0);
	return made;
}

test('a client belongs where it went, as long as that backend may be chosen', () => {
	const backends = cluster();
	const [a, b] = backends.members;
	if (a === undefined || b === undefined) throw new Error('There are two.');
	const sticky = new Stickiness(backends);
	expect(sticky.backendOf('x')).toBeUndefined();
	sticky.learn('x', a);
	expect(sticky.backendOf('x')).toBe(a);
	backends.setState('a', 'down', 1);
	expect(sticky.backendOf('x')).toBeUndefined();
	sticky.learn('x', b);
	backends.setState('a', 'ready', 2);
	expect(sticky.backendOf('x')).toBe(b);
});

test('whoever has not come for longest is forgotten first', () => {
	const backends = cluster();
	const [a] = backends.members;
	if (a === undefined) throw new Error('There are two.');
	const sticky = new Stickiness(backends, 2);
	for (const key of ['x', 'y', 'x', 'z']) sticky.learn(key, a);
	expect(['x', 'y', 'z'].map((key) => sticky.backendOf(key)?.id)).toEqual(['a', undefined, 'a']);
});
