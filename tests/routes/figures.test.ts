import { expect, test } from 'vitest';
import { Engine } from '#simulator/engine.ts';
import { readScenario } from '#simulator/scenario.ts';
import { figuresFor, readoutsOf } from '../../src/routes/play/figures.ts';

test('a count of some of the requests says of how many below itself', () => {
	const scenario = readScenario({
		traffic: { perSecond: 40 },
		work: { meanMs: 200 },
		servers: [{ id: 'A', workers: 1, queue: 2 }]
	});
	const engine = new Engine(scenario);
	engine.runUntil(10_000);
	const { n, failed } = engine.metrics;
	const readout = readoutsOf(figuresFor(scenario), engine).find(({ label }) => label === 'Failed or refused');
	expect(readout).toEqual({ label: 'Failed or refused', value: String(failed), note: `of ${String(n)}` });
});
