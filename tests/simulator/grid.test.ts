import { expect, test } from 'vitest';
import { cellsOf, placesOf, precisionOf, readGrid, withLoad } from '#simulator/grid.ts';
import { offeredLoad } from '#simulator/offered-load.ts';
import { readScenario } from '#simulator/scenario.ts';

const scenario = readScenario({ servers: [{ id: 'A', workers: 2 }, { id: 'B' }], durationMs: 10_000 });
const grid = readGrid(
	{
		across: { path: 'load', from: 0.2, to: 0.8, count: 3 },
		lines: { path: 'strategy', values: ['random', 'two-choices'].map((name) => ({ name, knobs: {} })) },
		figure: 'p99'
	},
	'grid'
);

test('every line meets every place, and nothing else differs', () => {
	const cells = cellsOf(scenario, grid);
	expect(cells.map(({ x, line, scenario: { strategy } }) => [x, line, strategy.name])).toEqual([
		[0.2, 0, 'random'],
		[0.5, 0, 'random'],
		[0.8, 0, 'random'],
		[0.2, 1, 'two-choices'],
		[0.5, 1, 'two-choices'],
		[0.8, 1, 'two-choices']
	]);
	for (const { x, scenario: cell } of cells) {
		expect(offeredLoad(cell)).toBeCloseTo(x, 9);
		expect({ ...cell, strategy: scenario.strategy, traffic: scenario.traffic }).toEqual(scenario);
	}
});

test('each place is measured to ± 2 % within three million requests, or as was asked, and nonsense is refused', () => {
	expect(precisionOf(grid)).toEqual({ figure: 'p99', target: 0.02, mostRequests: 3_000_000 });
	const asked = readGrid({ ...grid, figure: 'mean', within: 0.1, mostRequests: 5000 }, 'grid');
	expect(precisionOf(asked)).toEqual({ figure: 'mean', target: 0.1, mostRequests: 5000 });
	expect(() => readGrid({ ...grid, within: 0 }, 'the sweep')).toThrow(
		'the sweep: within is 0: use 0.001 or more'
	);
	expect(() => readGrid({ ...grid, within: NaN }, 'the sweep')).toThrow('within is NaN');
	expect(() => readGrid({ ...grid, mostRequests: 1e12 }, 'the sweep')).toThrow(
		'mostRequests is 1000000000000'
	);
});

test('a field of whole numbers takes only those, once each', () => {
	const across = { path: 'balancer.retries', from: 0, to: 3, count: 6 };
	expect(placesOf(across, scenario)).toEqual([0, 1, 2, 3]);
	expect(placesOf({ ...across, path: 'work.meanMs' }, scenario)).toEqual([0, 0.6, 1.2, 1.8, 2.4, 3]);
});

test('what cannot be run is refused in a sentence', () => {
	const retries = { path: 'balancer.retries', from: 0, to: 99, count: 2 };
	expect(() => cellsOf(scenario, { ...grid, across: retries })).toThrow('this axis: balancer.retries is 99');
	expect(() =>
		withLoad(readScenario({ servers: [{ id: 'A' }], traffic: { arrivals: 'users' } }), 0.5)
	).toThrow('hangs on what happens in it');
	expect(() => readGrid({ ...grid, figure: 'luck' }, 'the link')).toThrow('the link: figure');
	expect(() => readGrid({ ...grid, across: { ...retries, count: 500 } }, 'the link')).toThrow('across.count');
});
