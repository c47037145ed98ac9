import { expect, test } from 'vitest';
import type { TraceEvent } from '#record/event.ts';
import { Engine } from '#simulator/engine.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';

function scenarioOf(id: string): Scenario {
	const preset = presets.find((one) => one.id === id);
	if (preset === undefined) throw new Error(`There is no preset ${id}.`);
	return preset.scenario;
}

function run(scenario: Scenario, untilMs: number, seed = 1): { engine: Engine; events: TraceEvent[] } {
	const engine = new Engine({ ...scenario, durationMs: untilMs }, seed);
	const events: TraceEvent[] = [];
	engine.listen((event) => events.push(event));
	engine.runToEnd();
	return { engine, events };
}

/** Share of the requests sent in a stretch of time that were answered well. */
function goodShare(engine: Engine, fromMs: number, toMs: number): number {
	const windows = engine.metrics.windows.filter(({ at }) => at > fromMs && at <= toMs);
	const sum = (of: (one: (typeof windows)[number]) => number): number =>
		windows.reduce((total, one) => total + of(one), 0);
	return sum(({ ok }) => ok) / sum(({ sent }) => sent);
}

test('presets have names of their own, and each says what to see', () => {
	expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length);
	expect(new Set(presets.map(({ title }) => title)).size).toBe(presets.length);
	for (const { says } of presets) expect(says.length).toBeGreaterThan(20);
});

test.each([1, 2, 3])(
	'a standstill of three seconds becomes a collapse by retries alone (seed %i)',
	(seed) => {
		const storm = scenarioOf('retry-storm');
		const collapsed = run(storm, 90_000, seed).engine;
		expect(goodShare(collapsed, 5000, 14_000)).toBeGreaterThan(0.9);
		expect(goodShare(collapsed, 60_000, 90_000)).toBeLessThan(0.3);
		const calm = run({ ...storm, balancer: { ...storm.balancer, retries: 0 } }, 90_000, seed).engine;
		expect(goodShare(calm, 60_000, 90_000)).toBeGreaterThan(0.95);
	}
);

test.each([1, 2, 3])('stale news sends all to whoever looked empty (seed %i)', (seed) => {
	const stale = scenarioOf('stale-scouts');
	const fresh = { ...stale, balancer: { ...stale.balancer, everyMs: 0 } };
	const p95 = (scenario: Scenario): number => run(scenario, 60_000, seed).engine.metrics.percentile(0.95);
	expect(p95(stale)).toBeGreaterThan(3 * p95(fresh));
});

test('a giant client weighs on one server, and a black hole draws nearly half of all requests', () => {
	const picks = ({ engine }: ReturnType<typeof run>): number[] =>
		[...engine.metrics.backends.values()].map(({ picked }) => picked);
	const giant = picks(run(scenarioOf('giant-client'), 60_000));
	expect(Math.max(...giant) / giant.reduce((sum, one) => sum + one)).toBeGreaterThan(0.45);
	const { engine, events } = run(scenarioOf('black-hole'), 50_000);
	const late = events.filter((event) => event.kind === 'pick' && event.at > 15_000);
	const drawn = late.filter((event) => event.kind === 'pick' && event.backend === 'B');
	expect(drawn.length / late.length).toBeGreaterThan(0.45);
	expect(engine.metrics.failed).toBeGreaterThan(500);
});

test('a brown-out slows a quarter of the requests under round robin, and few under least connections', () => {
	const brown = scenarioOf('brown-out');
	const p95 = (name: Scenario['strategy']['name']): number =>
		run({ ...brown, strategy: { name, knobs: {} } }, 60_000).engine.metrics.percentile(0.95);
	expect(p95('round-robin')).toBeGreaterThan(2 * p95('least-connections'));
});

test('a spike makes servers be built, which warm up, and later be let go', () => {
	const { events } = run(scenarioOf('spike'), 400_000);
	const of = (change: string): number =>
		events.filter((event) => event.kind === 'backend' && event.change === change).length;
	expect(of('added')).toBeGreaterThan(4);
	expect(of('removed')).toBeGreaterThan(1);
	expect(of('pace')).toBeGreaterThan(10);
});

test('limits make requests wait at the gate, and the line is first come, first served', () => {
	const { events } = run(scenarioOf('quartermaster'), 60_000);
	const held = events.flatMap((event) => (event.kind === 'hold' ? [event.id] : []));
	expect(held.length).toBeGreaterThan(50);
	const waiting = new Set(held);
	const letIn = events.flatMap((event) => (event.kind === 'pick' && waiting.has(event.id) ? [event.id] : []));
	expect(letIn).toEqual(held.filter((id) => letIn.includes(id)));
});

test.each([1, 2, 3])('a second messenger shortens the tail (seed %i)', (seed) => {
	const hedged = scenarioOf('hedge');
	const plain = { ...hedged, balancer: { ...hedged.balancer, hedgeMs: null } };
	const first = run(hedged, 120_000, seed).engine;
	expect(first.metrics.hedges).toBeGreaterThan(10);
	expect(first.metrics.percentile(0.99)).toBeLessThan(
		0.8 * run(plain, 120_000, seed).engine.metrics.percentile(0.99)
	);
});

test('users who wait for their answers cannot be more than they are, and some lose patience', () => {
	const { engine, events } = run(scenarioOf('impatient'), 60_000);
	let inside = 0;
	let most = 0;
	for (const { kind } of events) {
		if (kind === 'send') most = Math.max(most, ++inside);
		if (kind === 'answer') inside--;
	}
	expect(most).toBeLessThanOrEqual(60);
	expect(engine.metrics.ok).toBeGreaterThan(500);
});

test('two servers: one dies, errors come until it is left out, and it comes back', () => {
	const { events } = run(scenarioOf('two-servers'), 70_000);
	const changes = events.flatMap((event) =>
		event.kind === 'backend' && event.backend === 'B' ? [event.change] : []
	);
	expect(changes).toContain('ejected');
	expect(changes.at(-1)).not.toBe('stop');
});

test('a run that takes in ever more than it can answer is stopped where that is plain, with what was measured so far', () => {
	const scenario = readScenario({
		traffic: { perSecond: 100_000 },
		work: { meanMs: 1000 },
		servers: [{ id: 'A', queue: 1_000_000 }],
		durationMs: 60_000
	});
	const engine = simulate(scenario);
	expect(engine.diverged).toBe(true);
	expect(engine.ended).toBe(true);
	expect(engine.now).toBeLessThan(6000);
	expect(engine.inside).toBeLessThan(600_000);
	expect(engine.metrics.ok).toBeGreaterThan(0);
	engine.runToNextPick();
	expect(engine.now).toBeLessThan(6000);
});
