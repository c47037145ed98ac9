import { expect, test } from 'vitest';
import { Engine } from '#simulator/engine.ts';
import { readScenario } from '#simulator/scenario.ts';

test.each([
	[10, 0],
	[10, 35],
	[80, 35],
	[10, 500]
])(
	'a balancer that looks every %i ms, with news %i ms under way, believes what was so then',
	(everyMs, delayMs) => {
		const engine = new Engine(
			readScenario({
				strategy: { name: 'least-connections' },
				traffic: {
					arrivals: 'trace',
					// No two things at one instant.
					trace: Array.from({ length: 400 }, (_, i) => ({
						at: 3.1234 + 7.3 * i,
						work: 19.7 + ((i * 7) % 30)
					}))
				},
				servers: [{ id: 'a' }, { id: 'b' }, { id: 'c', speed: 0.5 }],
				balancer: { sees: 'servers', everyMs, delayMs },
				durationMs: 4000
			})
		);
		engine.explain = true;
		const stood: (readonly (readonly [string, number])[])[] = [];
		let wrong = 0;
		let right = 0;
		engine.listen((event) => {
			if (event.kind !== 'pick') return;
			const seen = Math.floor((event.at - delayMs) / everyMs);
			const then = stood[seen] ?? engine.servers.map(({ id }) => [id, 0] as const);
			if (JSON.stringify(event.loads) === JSON.stringify(then)) right++;
			else wrong++;
		});
		for (let look = 0; look < 4000 / everyMs; look++) {
			engine.runUntil(look * everyMs);
			stood.push(engine.servers.map(({ id, inside }) => [id, inside] as const));
		}
		engine.runToEnd();
		expect([right, wrong]).toEqual([400, 0]);
		expect(stood.some((counts) => counts.some(([, inside]) => inside > 2))).toBe(true);
	}
);

test('news that comes with each choice but late makes two balancers of one herd', () => {
	const meanAt = (delayMs: number): number => {
		const engine = new Engine(
			readScenario({
				strategy: { name: 'least-connections' },
				traffic: { perSecond: 700 },
				work: { meanMs: 10 },
				servers: Array.from({ length: 10 }, (_, i) => ({ id: `s${String(i)}`, queue: 1000 })),
				balancer: { sees: 'servers', gates: 2, delayMs },
				durationMs: 60_000
			})
		);
		engine.runToEnd();
		return engine.metrics.meanLatency;
	};
	const [fresh, late, old] = [meanAt(0), meanAt(20), meanAt(200)];
	expect(fresh).toBeLessThan(13);
	expect(late).toBeGreaterThan(1.2 * fresh);
	expect(old).toBeGreaterThan(3 * late);
});
