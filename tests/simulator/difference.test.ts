import { expect, test } from 'vitest';
import { otherChange, otherOf } from '#simulator/difference.ts';
import { readScenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';

const scenario = readScenario({
	seed: 5,
	strategy: { name: 'two-choices' },
	servers: [{ id: 'A' }, { id: 'B' }],
	durationMs: 20_000,
	changes: [
		{ at: 1000, do: 'strategy', strategy: { name: 'round-robin' } },
		{ at: 2000, do: 'traffic', perSecond: 50 },
		{ at: 3000, do: 'strategy', strategy: { name: 'two-choices', knobs: { choices: 4 } } }
	]
});

test('another strategy stays in charge, whatever is put in charge of the first run', () => {
	const difference = { path: 'strategy', value: { name: 'least-connections', knobs: {} } };
	const other = otherOf(scenario, difference);
	expect(other.strategy.name).toBe('least-connections');
	expect(other.changes.map((change) => change.do)).toEqual(['traffic']);
	expect({ ...other, strategy: scenario.strategy, changes: scenario.changes }).toEqual(scenario);
});

test('a knob keeps its value through the changes of the strategy that has it', () => {
	const other = otherOf(scenario, { path: 'strategy.knobs.choices', value: 3 });
	expect(other.strategy.knobs).toEqual({ choices: 3 });
	expect(
		other.changes.map((change) => (change.do === 'strategy' ? change.strategy.knobs : change.do))
	).toEqual([{}, 'traffic', { choices: 3 }]);
});

test('a different rate is not overruled by the first run’s changes of traffic; any other difference leaves changes as they are', () => {
	expect(otherChange({ do: 'traffic', perSecond: 5 }, { path: 'traffic.perSecond', value: 9 })).toEqual([]);
	expect(otherOf(scenario, { path: 'servers.*.queue', value: 7 })).toEqual({
		...scenario,
		servers: scenario.servers.map((server) => ({ ...server, queue: 7 }))
	});
});

test('both runs have the same arrivals and the same work', () => {
	const sends = [scenario, otherOf(scenario, { path: 'balancer.retries', value: 2 })].map((one) => {
		const engine = simulate({ ...one, changes: [] });
		return engine.metrics.sent;
	});
	expect(sends[0]).toBe(sends[1]);
});

test('what is no scenario is refused', () => {
	expect(() => otherOf(scenario, { path: 'balancer.retries', value: -1 })).toThrow(
		'B: balancer.retries is -1'
	);
	expect(() => otherOf(scenario, { path: 'traffic.nonsense', value: 1 })).toThrow('nonsense');
});
