import { expect, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import { hotCold } from '#balancer/strategies/hot-cold.ts';
import type { Backend, Result, Strategy } from '#balancer/strategy.ts';
import { busy, callWith, scripted } from '../backends.ts';

/** Looks at all of three, in their order, so often that what it has seen is this list alone. */
function seasoned(backends: readonly Backend[], quantile: number): Strategy {
	const strategy = hotCold.create({ choices: 3, quantile }, scripted(...Array<number>(3 * 65).fill(0)));
	for (let i = 0; i < 64; i++) strategy.pick(backends, callWith(''));
	return strategy;
}
const hear = (strategy: Strategy, backend: Backend | undefined, latency: number, result: Result = 'ok') => {
	if (backend === undefined) throw new Error('There is none.');
	strategy.done?.(backend, { call: callWith(''), at: latency, latency, result });
};

test('Hot and cold takes the fastest of the cold ones, though it is fuller', () => {
	const backends = busy([1, 3, 9]);
	const strategy = seasoned(backends, 50);
	hear(strategy, backends[0], 40);
	hear(strategy, backends[1], 20);
	hear(strategy, backends[2], 1);
	expect(strategy.pick(backends, callWith(''))).toBe(backends[1]);
});

test('Hot and cold takes the least full where all are hot, however slow it is', () => {
	const quiet = busy([0, 0, 0]);
	const strategy = seasoned(quiet, 84);
	const crowded = busy([5, 3, 4]);
	hear(strategy, crowded[0], 1);
	hear(strategy, crowded[1], 90);
	hear(strategy, crowded[2], 1);
	expect(strategy.pick(crowded, callWith(''))).toBe(crowded[1]);
});

test('Hot and cold goes by the median of the last eight good answers', () => {
	const backends = busy([0, 0, 0]);
	const strategy = seasoned(backends, 84);
	for (let i = 0; i < 20; i++) hear(strategy, backends[0], 500);
	for (const latency of [10, 9, 300, 8, 12, 400, 11, 7]) hear(strategy, backends[0], latency);
	for (let i = 0; i < 8; i++) hear(strategy, backends[1], 11.5);
	for (let i = 0; i < 8; i++) hear(strategy, backends[2], 0.1, 'error');
	hear(strategy, backends[2], 30);
	// Of 7 8 9 10 11 12 300 400 the middle is 11; what failed at once says nothing about speed.
	expect(strategy.pick(backends, callWith(''))).toBe(backends[0]);
});

test('Hot and cold gives a fast server more, but not all', () => {
	const strategy = hotCold.create({ choices: 2, quantile: 84 }, randomStream(8));
	const backends = busy([0, 0, 0, 0]).map((backend) => ({ ...backend }));
	const ends: { backend: (typeof backends)[number]; at: number; latency: number }[] = [];
	const given = new Map<string, number>();
	for (let at = 0; at < 20_000; at++) {
		for (const end of ends.filter((one) => one.at <= at)) {
			ends.splice(ends.indexOf(end), 1);
			end.backend.inflight--;
			hear(strategy, end.backend, end.latency);
		}
		const choice = strategy.pick(backends, callWith('', at, at));
		const picked = backends.find((one) => one === choice);
		if (picked === undefined) throw new Error('Nobody was picked.');
		given.set(picked.id, (given.get(picked.id) ?? 0) + 1);
		picked.inflight++;
		const latency = picked.id === 'a' ? 5 : 20;
		ends.push({ backend: picked, at: at + latency, latency });
	}
	const share = (given.get('a') ?? 0) / 20_000;
	expect(share).toBeGreaterThan(0.3);
	expect(share).toBeLessThan(0.7);
});
