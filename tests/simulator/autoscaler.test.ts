import { expect, test } from 'vitest';
import type { BackendEvent } from '#record/event.ts';
import { Scene } from '#record/scene.ts';
import { Engine } from '#simulator/engine.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario } from '#simulator/scenario.ts';

/** What became of its servers, in order. */
function fleetOf(engine: Engine): BackendEvent[] {
	const heard: BackendEvent[] = [];
	engine.listen((event) => {
		if (event.kind === 'backend') heard.push(event);
	});
	engine.runToEnd();
	return heard.filter(({ backend }) => backend.startsWith('auto-'));
}

test('a server is told of when it is ordered, and is there as much later as was said', () => {
	const spike = presets.find(({ id }) => id === 'spike');
	if (spike === undefined) throw new Error('There is no spike.');
	const fleet = fleetOf(new Engine(spike.scenario));
	const ordered = fleet.filter(({ change }) => change === 'ordered');
	expect(ordered.length).toBeGreaterThan(2);
	for (const { backend, at, value, machine } of ordered) {
		expect(machine).toMatchObject({ workers: 2, queue: 60 });
		const added = fleet.find((event) => event.backend === backend && event.change === 'added');
		const off = fleet.find((event) => event.backend === backend && event.change === 'called-off');
		expect(added ?? off).toBeDefined();
		if (added !== undefined) expect(added.at - at).toBe(value);
	}
});

test('what was ordered and is not needed any more is called off, and never comes', () => {
	const fleet = fleetOf(
		new Engine(
			readScenario({
				traffic: {
					perSecond: 4,
					curve: [
						{ at: 0, times: 8 },
						{ at: 4000, times: 8 },
						{ at: 5000, times: 0 }
					]
				},
				work: { meanMs: 100 },
				servers: [{ id: 'A', workers: 1 }],
				autoscaler: { least: 1, most: 10, everyMs: 1000, bootMs: 30_000, downWindowMs: 3000 },
				durationMs: 60_000
			})
		)
	);
	const off = new Set(fleet.filter(({ change }) => change === 'called-off').map(({ backend }) => backend));
	expect(off.size).toBeGreaterThan(0);
	expect(fleet.filter(({ change, backend }) => change === 'added' && off.has(backend))).toEqual([]);
});

test('a scene has a building site from the order until the server is there', () => {
	const scene = new Scene();
	const machine = { workers: 2, queue: 5, speed: 1 };
	scene.hear({ kind: 'backend', at: 0, backend: 'A', change: 'added', value: 1, machine });
	scene.hear({ kind: 'backend', at: 100, backend: 'B', change: 'ordered', value: 2000, machine });
	expect(scene.server('B')?.site).toEqual({ since: 100, due: 2100 });
	scene.hear({ kind: 'backend', at: 100, backend: 'C', change: 'ordered', value: 2000, machine });
	scene.hear({ kind: 'backend', at: 900, backend: 'C', change: 'called-off' });
	expect(scene.servers.map(({ id }) => id)).toEqual(['A', 'B']);
	scene.hear({ kind: 'backend', at: 2100, backend: 'B', change: 'added', value: 1, machine });
	expect(scene.server('B')).toMatchObject({ site: undefined, state: 'ready', weight: 1 });
});
