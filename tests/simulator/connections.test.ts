import { expect, test } from 'vitest';
import type { TraceEvent } from '#record/event.ts';
import { Engine } from '#simulator/engine.ts';
import { readScenario } from '#simulator/scenario.ts';

test('all that a client sends over one connection goes to one server, and the next connection is picked anew', () => {
	const engine = new Engine(
		readScenario({
			strategy: { name: 'round-robin' },
			traffic: { arrivals: 'steady', perSecond: 50, clients: 1 },
			work: { law: 'fixed', meanMs: 1 },
			servers: [{ id: 'A' }, { id: 'B' }],
			balancer: { perConnection: 3 },
			durationMs: 400
		})
	);
	const picks: string[] = [];
	engine.listen((event: TraceEvent) => {
		if (event.kind === 'pick') picks.push(event.backend);
	});
	engine.runToEnd();
	expect(picks.slice(0, 12).join('')).toBe('AAABBBAAABBB');
});
