import { expect, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import { createStrategy, type StrategyName } from '#balancer/strategies/index.ts';
import type { Random, Strategy } from '#balancer/strategy.ts';
import { alarm, evidenceAgainst } from './real/exports/evidence.ts';
import { localPlan, ourPicks } from './real/exports/picks.ts';
import { promised } from './real/exports/promise.ts';

const create =
	(name: StrategyName, knobs: Readonly<Record<string, number>> = {}) =>
	(random: Random): Strategy =>
		createStrategy(name, knobs, random);
const plan = localPlan('random', [3, 2, 1], 9000);
const keys = Array.from({ length: 420 }, (_, n) => String(n));

test.each([
	['random', 'weighted-random'],
	['weighted-random', 'random'],
	['weighted-random', 'nginx-random'],
	['random', 'two-choices'],
	['least-connections', 'two-choices'],
	['two-choices', 'least-connections'],
	['two-choices', 'random'],
	['haproxy-random', 'weighted-random'],
	['least-connections', 'haproxy-first'],
	['random', 'smooth-weighted-round-robin']
] as const)('A program that was to pick by %s and picks by %s is found out', (said, done) => {
	const picks = ourPicks(plan, create(done), keys, 7);
	expect(evidenceAgainst(plan, create(said), keys, picks).against).toBeGreaterThan(1 / alarm);
});

test('One that leaves a server out now and then is found out, and the server is named', () => {
	const random = randomStream(3, 'fault');
	const picks = ourPicks(plan, create('random'), keys, 7).map((id) =>
		id === 's2' && random() < 0.8 ? (random() < 0.5 ? 's1' : 's3') : id
	);
	const { against, kind, got, expected } = evidenceAgainst(plan, create('random'), keys, picks);
	expect(against).toBeGreaterThan(1 / alarm);
	expect(kind).toBe('s2');
	expect(got).toBeLessThan(expected / 2);
});

test.each([
	...(['random', 'weighted-random', 'least-connections'] as const),
	...(['two-choices', 'nginx-random', 'haproxy-random'] as const)
])('One that picks by %s as ours does speaks against itself no more often than it may', (name) => {
	const few = keys.slice(0, 60);
	const runs = Array.from(
		{ length: 40 },
		(_, seed) => evidenceAgainst(plan, create(name), few, ourPicks(plan, create(name), few, seed + 2)).against
	);
	// Of a mean of 1, one in ten may be 10 or more: of forty, more than eleven are so in less than one case of a thousand.
	expect(runs.filter((against) => against >= 10).length).toBeLessThan(12);
	expect(Math.max(...runs)).toBeLessThan(1 / alarm);
});

test('What stands in is held against itself: by what the file says, weights and all', () => {
	const byLot = promised('haproxy', localPlan('weighted-random', [3, 2, 1], 9000));
	expect(byLot).toMatchObject({ standsIn: true, draws: true });
	expect(byLot.plan.strategy).toEqual({ name: 'haproxy-random', knobs: { draws: 1 } });
	expect(byLot.plan.servers.map(({ weight }) => weight)).toEqual([255, 170, 85]);
	const [turns, fewest] = [
		promised('nginx', localPlan('haproxy-round-robin', [3, 2, 1], 9000)),
		promised('go', localPlan('peak-ewma', [3, 2, 1], 9000))
	];
	expect(turns.plan.strategy.name).toBe('smooth-weighted-round-robin');
	expect(turns.draws).toBe(false);
	expect(fewest).toMatchObject({ standsIn: true, draws: true });
	expect(fewest.plan.servers.map(({ weight }) => weight)).toEqual([1, 1, 1]);
	// Whose key is a header is not sent by its address.
	const plan = localPlan('ip-hash', [1, 1], 9000);
	expect(promised('nginx', plan).standsIn).toBe(false);
	const bySession = promised('nginx', { ...plan, key: { by: 'header', name: 'x-session' } });
	expect(bySession.plan.strategy.name).toBe('nginx-hash');
	expect(promised('caddy', localPlan('least-connections', [1, 1], 9000)).standsIn).toBe(false);
});
