import { expect, test } from 'vitest';
import type { TraceEvent } from '#record/event.ts';
import { Player } from '#simulator/player.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';
import { watching, type Watched } from '#simulator/watching.ts';

/** A player whose lanes are watched, and how many events were heard since last asked. */
function watched(scenarios: readonly Scenario[]): { player: Player; lanes: Watched[]; heard: () => number } {
	const lanes: Watched[] = [];
	let events: TraceEvent[] = [];
	const player = new Player(
		scenarios,
		watching((lane, number) => {
			lanes[number] = lane;
			lane.engine.voice.listen((event) => events.push(event));
		})
	);
	const heard = (): number => {
		const count = events.length;
		events = [];
		return count;
	};
	return { player, lanes, heard };
}

/** All that anybody can ask a lane for. */
function knowledgeOf({ engine, witness: { scene, chronicle, lives }, history }: Watched): unknown {
	const { now } = engine;
	history.passed(now);
	const ids = Array.from({ length: 3000 }, (_, i) => engine.sent - i);
	return {
		now,
		fingerprint: String(engine.fingerprint),
		windows: engine.metrics.windows,
		backends: [...engine.metrics.backends].map(([id, { picked, ok, failed, busyMs }]) => [
			id,
			picked,
			ok,
			failed,
			busyMs
		]),
		scene: Object.entries(scene),
		stage: { servers: scene.servers, waiting: scene.waiting, typicalWork: scene.typicalWork },
		rates: [scene.recentSent, scene.recentEnded, scene.recentFailed, scene.recentRefused].map((recent) =>
			recent.count(now)
		),
		happenings: chronicle.happenings,
		firsts: chronicle.firsts,
		revision: chronicle.revision,
		lives: ids.map((id) => lives.of(id)),
		picks: lives.picks,
		seconds: history.seconds
	};
}

/** Retries, timeouts, ghosts, a crash, a giant, and a balancer's queue: thirty thousand requests of it. */
const busy = readScenario({
	strategy: { name: 'two-choices' },
	traffic: { perSecond: 300, clients: 50, giant: 0.3 },
	work: { law: 'exponential', meanMs: 40 },
	network: { hopMs: 5 },
	servers: ['a', 'b', 'c', 'd'].map((id) => ({ id, workers: 4, queue: 10, limit: 8 })),
	balancer: {
		timeoutMs: 250,
		retries: 2,
		queue: { limit: 20, timeoutMs: 300 },
		health: { fall: 5, ejectMs: 5000 }
	},
	changes: [
		{ at: 20_000, do: 'stop', server: 'a' },
		{ at: 26_500, do: 'restart', server: 'a' },
		{ at: 60_000, do: 'slow', server: 'b', speed: 0.2 },
		{ at: 80_000, do: 'slow', server: 'b', speed: 1 }
	],
	durationMs: 100_000
});

test(
	'whoever goes back to a moment finds all as it was, and goes on as if they had never been further',
	{ timeout: 120_000 },
	() => {
		const { player, lanes, heard } = watched([busy]);
		const straight = watched([busy]);
		player.seek(100_000);
		const whole = heard();
		for (const [from, at] of [
			[100_000, 99_000],
			[25_000, 60_000],
			[100_000, 61_234.5],
			[5000, 99_900],
			[100_000, 12_000]
		] as const) {
			player.seek(from);
			while (player.rest());
			heard();
			player.seek(at);
			if (at > 10_000)
				expect(heard(), `not all was heard again on the way to ${String(at)}`).toBeLessThan(whole / 5);
			straight.player.restart();
			straight.player.seek(at);
			expect(lanes.map(knowledgeOf)).toEqual(straight.lanes.map(knowledgeOf));
		}
		player.seek(70_000);
		player.seek(65_000);
		player.finish();
		straight.player.finish();
		expect(lanes.map(knowledgeOf)).toEqual(straight.lanes.map(knowledgeOf));
	}
);

test(
	'what was listened to ahead, in rests, need not be heard on the first leap, and is left behind by a change',
	{ timeout: 120_000 },
	() => {
		const { player, lanes, heard } = watched([busy]);
		const straight = watched([busy]);
		straight.player.seek(100_000);
		const whole = straight.heard();
		const leap = (at: number): void => {
			while (player.rest());
			heard();
			player.seek(at);
			expect(heard(), `all was heard on the way to ${String(at)}`).toBeLessThan(whole / 4);
			straight.player.restart();
			straight.player.seek(at);
			expect(lanes.map(knowledgeOf)).toEqual(straight.lanes.map(knowledgeOf));
		};
		while (player.rest());
		expect(heard()).toBe(0);
		expect(player.now).toBe(0);
		leap(90_000);
		leap(35_000);
		const slow = { do: 'slow', server: 'c', speed: 0.1 } as const;
		player.apply(slow);
		straight.player.apply(slow);
		leap(95_000);
		leap(50_000);
		player.part();
		player.apply({ do: 'stop', server: 'd' });
		straight.player.part();
		straight.player.apply({ do: 'stop', server: 'd' });
		leap(80_000);
	}
);

test(
	'what is changed on the way back leaves what was remembered of the other future behind',
	{ timeout: 120_000 },
	() => {
		const { player, lanes } = watched([busy]);
		player.seek(100_000);
		player.seek(40_000);
		player.apply({ do: 'slow', server: 'c', speed: 0.1 });
		player.seek(90_000);
		player.seek(55_000);
		const changes = [...busy.changes, { at: 40_000, do: 'slow' as const, server: 'c', speed: 0.1 }];
		const straight = watched([{ ...busy, changes }]);
		straight.player.seek(55_000);
		expect(lanes.map(knowledgeOf)).toEqual(straight.lanes.map(knowledgeOf));
	}
);

test('two lanes go back together, across the moment at which they parted', { timeout: 120_000 }, () => {
	const { player, lanes } = watched([busy]);
	player.seek(50_000);
	player.part();
	player.apply({ do: 'stop', server: 'd' });
	player.seek(100_000);
	const then = player.fork?.totals;
	player.seek(75_000);
	expect(player.fork?.totals).toEqual(then);
	const changed = { ...busy, changes: [...busy.changes, { at: 50_000, do: 'stop' as const, server: 'd' }] };
	const straight = watched([busy, changed]);
	straight.player.seek(75_000);
	expect(lanes.map(knowledgeOf)).toEqual(straight.lanes.map(knowledgeOf));
	player.seek(30_000);
	expect(player.fork?.totals).toBeUndefined();
	straight.player.restart();
	straight.player.seek(30_000);
	expect(lanes.map(knowledgeOf)).toEqual(straight.lanes.map(knowledgeOf));
	while (player.rest());
	player.seek(90_000);
	expect(player.fork?.totals).toEqual(then);
});
