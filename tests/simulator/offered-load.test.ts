import { expect, test } from 'vitest';
import { expectedArrivals, offeredLoad } from '#simulator/offered-load.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';

const servers = [
	{ id: 'a', workers: 2 },
	{ id: 'b', speed: 0.5 }
];

function scenario(more: object = {}): Scenario {
	return readScenario({
		traffic: { perSecond: 20 },
		work: { meanMs: 100 },
		servers,
		durationMs: 10_000,
		...more
	});
}

test('the offered load is the work that comes over the work that workers can do', () => {
	// Two seconds of work a second, for two workers and a half.
	expect(offeredLoad(scenario())).toBeCloseTo(0.8, 12);
	expect(offeredLoad(scenario({ fanOut: 3 }))).toBeCloseTo(2.4, 12);
});

test('it is that of the counted time, with the changes that happen in it', () => {
	const changes = [
		{ at: 1000, do: 'traffic', perSecond: 40 },
		{ at: 2000, do: 'stop', server: 'a' },
		{ at: 4000, do: 'restart', server: 'a' },
		{ at: 5000, do: 'add', server: { id: 'c', workers: 3 } },
		{ at: 6000, do: 'slow', server: 'c', speed: 0.5 },
		{ at: 8000, do: 'remove', server: 'b' }
	];
	// From 3 s: 280 requests of 100 ms. Workers' seconds: a 2 · 6, b 0.5 · 5, c 3 · 1 + 1.5 · 4.
	expect(offeredLoad(scenario({ changes, warmUpMs: 3000 }))).toBeCloseTo(28 / (12 + 2.5 + 9), 12);
	expect(expectedArrivals(scenario({ changes }), 0, 10_000)).toBeCloseTo(20 + 360, 9);
});

test('a curve is followed: a ramp has half of its height on average', () => {
	const curve = [
		{ at: 2000, times: 0 },
		{ at: 6000, times: 4 }
	];
	const ramp = scenario({ traffic: { perSecond: 10, curve } });
	expect(expectedArrivals(ramp, 0, 2000)).toBe(0);
	expect(expectedArrivals(ramp, 2000, 4000)).toBeCloseTo(20, 9);
	expect(expectedArrivals(ramp, 0, 10_000)).toBeCloseTo(80 + 160, 9);
});

test('nothing is said where it hangs on what happens, or where nobody waits', () => {
	const why = [
		{ traffic: { arrivals: 'users' } },
		{ traffic: { patience: { meanMs: 100 } } },
		{ autoscaler: {} },
		{ servers: [{ id: 'a', queue: 0 }] }
	];
	for (const more of why) expect(offeredLoad(scenario(more))).toBeUndefined();
});
