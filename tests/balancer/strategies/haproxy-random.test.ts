import { expect, test } from 'vitest';
import { HaproxyRing } from '#balancer/structures/haproxy-ring.ts';
import { firstXorshiftSeed, haproxyRandom } from '#balancer/strategies/haproxy-random.ts';
import { randomStream } from '#balancer/random.ts';
import type { Backend } from '#balancer/strategy.ts';
import { busy, callWith, picks, scripted, weighing } from '../backends.ts';

const create = (draws: number, seed = firstXorshiftSeed) =>
	haproxyRandom.create({ draws }, scripted(seed / 2 ** 32));

test('HAProxy’s random draws as a fresh HAProxy 2.6 does, when it begins where that does', () => {
	expect(picks(create(2), weighing(1, 1, 1), 24)).toBe('bbcaabcbaccccbacabcbabaa');
});

test('HAProxy’s random begins with whatever it is given, and never stands still', () => {
	const seeds = [0, 1, 2 ** 31].map((seed) => picks(create(2, seed), weighing(1, 1, 1), 50));
	expect(new Set(seeds).size).toBe(3);
	for (const drawn of seeds) expect(new Set(drawn).size).toBe(3);
});

test('HAProxy’s random takes each server as often as its points on the ring are near', () => {
	const backends = weighing(60, 30, 10);
	const strategy = haproxyRandom.create({ draws: 1 }, randomStream(3));
	const given = picks(strategy, backends, 20_000);
	[0.6, 0.3, 0.1].forEach((share, i) => {
		const mine = given.split(backends[i]?.id ?? '').length - 1;
		expect(Math.abs(mine / 20_000 - share)).toBeLessThan(0.03);
	});
});

test('HAProxy’s random takes the less busy of two draws, for its weight; the later one when they are alike', () => {
	const lots = [firstXorshiftSeed];
	for (let i = 0; i < 400; i++) {
		let lot = (lots.at(-1) ?? 0) | 0;
		lot ^= lot << 13;
		lot ^= lot >>> 17;
		lot ^= lot << 5;
		lots.push(lot >>> 0);
	}
	const backends = busy([2, 1, 4], [2, 1, 2]);
	const ring = new HaproxyRing();
	ring.follow(backends);
	const drawn = lots.slice(1).map((lot) => ring.owner(ring.nearest(lot)));
	const loadOf = (backend: Backend | undefined): number =>
		backend === undefined ? NaN : backend.inflight / backend.weight;
	const strategy = create(2);
	for (let pick = 0; pick < 200; pick++) {
		const [first, second] = [drawn[2 * pick], drawn[2 * pick + 1]];
		const better = loadOf(second) <= loadOf(first) ? second : first;
		expect(strategy.pick(backends, callWith(''))).toBe(better);
	}
});

test('HAProxy’s random draws its lots also while the first backup stands in, and goes on from there', () => {
	const backends = weighing(1, 1, 1);
	const strategy = create(2);
	const reserve = strategy.forBackups?.('first');
	if (reserve === undefined) throw new Error('nobody stands in');
	expect(picks(strategy, backends, 4)).toBe('bbca');
	expect(picks(reserve, weighing(2, 2), 6)).toBe('aaaaaa');
	expect(picks(strategy, backends, 14)).toBe('ccccbacabcbabaa'.slice(1));
	expect(strategy.forBackups?.('group')).toBeUndefined();
});

test('HAProxy’s random declines when the winner is full, even while others have room', () => {
	const backends = weighing(1, 1).map((backend, i) =>
		i === 0 ? { ...backend, limit: 1, inflight: 1 } : backend
	);
	const strategy = create(1);
	const taken = Array.from({ length: 200 }, () => strategy.pick(backends, callWith(''))?.id ?? '-');
	expect(new Set(taken)).toEqual(new Set(['b', '-']));
});

test('HAProxy’s random walks on past the one that failed', () => {
	const backends = weighing(1, 1, 1);
	const strategy = create(2);
	const failed = backends.slice(0, 1);
	for (let i = 0; i < 200; i++) expect(failed).not.toContain(strategy.pick(backends, callWith(''), failed));
});
