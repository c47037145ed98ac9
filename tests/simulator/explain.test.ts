import { expect, test } from 'vitest';
import type { TraceEvent } from '#record/event.ts';
import { strategyNames } from '#balancer/strategies/index.ts';
import { Engine } from '#simulator/engine.ts';
import { readScenario } from '#simulator/scenario.ts';

function picksOf(name: string, explain: boolean): readonly (TraceEvent & { kind: 'pick' })[] {
	const engine = new Engine(
		readScenario({
			strategy: { name },
			traffic: { perSecond: 100 },
			servers: [{ id: 'a' }, { id: 'b', weight: 2 }, { id: 'c' }],
			durationMs: 1000
		})
	);
	const picks: (TraceEvent & { kind: 'pick' })[] = [];
	engine.explain = explain;
	engine.listen((event) => {
		if (event.kind === 'pick') picks.push(event);
	});
	engine.runToEnd();
	return picks;
}

test.each(strategyNames)('every pick of %s carries the reason for it when the world explains', (name) => {
	const picks = picksOf(name, true);
	expect(picks.length).toBeGreaterThan(50);
	for (const { because, backend } of picks) expect(because?.says).toContain(backend);
});

test('nobody is asked for reasons when the world does not explain', () => {
	for (const pick of picksOf('least-connections', false)) {
		expect(pick).not.toHaveProperty('because');
		expect(pick).not.toHaveProperty('loads');
	}
});
