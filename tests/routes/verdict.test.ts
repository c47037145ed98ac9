import { expect, test } from 'vitest';
import type { StrategyName } from '#balancer/strategies/index.ts';
import { History, type Second } from '#record/history.ts';
import { Scene } from '#record/scene.ts';
import { Engine } from '#simulator/engine.ts';
import { presets } from '#simulator/presets.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { idleWhileWaiting, verdictOf, type Contender } from '../../src/routes/play/verdict.ts';

function second(...servers: { waiting: number; free: number }[]): Second {
	return {
		at: 1000,
		sent: 1,
		ok: 1,
		refused: 0,
		failed: 0,
		wastedMs: 0,
		servers: new Map(servers.map((one, i) => [String(i), { inflight: 1, serving: 1, ...one }]))
	};
}

function contender(label: string, slowest: number, more: Partial<Contender> = {}): Contender {
	return {
		letter: label.slice(0, 1),
		label,
		n: 1000,
		failed: 0,
		percentile: () => slowest,
		meanWait: 50,
		seconds: [],
		...more
	};
}

test('which run is better is said with its numbers, and why where it is plain', () => {
	const unfair = [second({ waiting: 2, free: 0 }, { waiting: 0, free: 1 }), second({ waiting: 0, free: 1 })];
	const fair = [second({ waiting: 2, free: 0 }), second({ waiting: 0, free: 1 })];
	const { says, why } = verdictOf(
		contender('A: Round robin', 900, { seconds: unfair }),
		contender('B: Least connections', 450, { seconds: fair })
	);
	expect(says).toBe(
		'Better so far: B: Least connections. There 99 of 100 requests had their answer within 450 ms; in A it took 900 ms.'
	);
	expect(why).toBe(
		'Why: in A requests stood in line at one server while another had nothing to do, 50\u00a0% of the time; in B 0\u00a0%.'
	);
});

test('whoever answers more people is better, however fast the other is with the rest', () => {
	const { says } = verdictOf(contender('A: x', 100, { failed: 50 }), contender('B: y', 800));
	expect(says).toBe('Better so far: B: y. There everybody got an answer; in A 50 of 1,000 never did.');
});

test('of few requests and of small differences nothing is claimed', () => {
	expect(verdictOf(contender('A: x', 1, { n: 199 }), contender('B: y', 900)).says).toMatch(
		/^Too early to say/
	);
	expect(verdictOf(contender('A: x', 100), contender('B: y', 105)).says).toMatch(/^No clear difference/);
});

test('where the slowest are alike, the time in line decides', () => {
	const longer = [1, 2, 3, 4, 5].map(() => second({ waiting: 3, free: 0 }));
	const none = longer.map(() => second({ waiting: 0, free: 1 }));
	const a = contender('A: x', 100, { meanWait: 60, seconds: longer });
	const b = contender('B: y', 105, { meanWait: 0.2, seconds: none });
	const { says } = verdictOf(a, b);
	expect(says).toBe(
		'Better so far: B: y. There a request stood in line for 0 ms on average; in A for 60 ms.'
	);
});

test('where the lines are now longer here and now there, it is too close to call', () => {
	const lines = (...waiting: number[]) => waiting.map((one) => second({ waiting: one, free: 0 }));
	const a = contender('A: x', 100, { meanWait: 60, seconds: lines(3, 0, 5, 0, 2) });
	const b = contender('B: y', 105, { meanWait: 40, seconds: lines(0, 3, 0, 4, 1) });
	expect(verdictOf(a, b)).toEqual({
		says: 'Too close to call so far: a request stood in line for 60 ms on average in A and 40 ms in B, and chance alone may do that.',
		why: ''
	});
});

test('waiting while another is idle needs both at the same moment', () => {
	expect(idleWhileWaiting([])).toBe(0);
	expect(idleWhileWaiting([second({ waiting: 1, free: 0 }), second({ waiting: 0, free: 2 })])).toBe(0);
	expect(idleWhileWaiting([second({ waiting: 1, free: 0 }, { waiting: 0, free: 1 })])).toBe(1);
});

const opening = presets[0]?.scenario;
if (opening === undefined) throw new Error('There is no preset.');

/** The playground's own run under a strategy, once it has come so far. */
function watched(letter: string, name: StrategyName, seed: number, until: number): Contender {
	const engine = new Engine({ ...opening, seed, strategy: { name, knobs: {} } } as Scenario);
	const scene = new Scene();
	const history = new History(scene);
	engine.listen((event) => {
		history.hear(event);
		scene.hear(event);
	});
	engine.runUntil(until);
	const { metrics } = engine;
	return contender(`${letter}: ${name}`, NaN, {
		n: metrics.n,
		failed: metrics.failed,
		percentile: (share) => metrics.percentile(share),
		meanWait: metrics.meanWait,
		seconds: history.seconds
	});
}

// At the speed that the page opens with, a minute shows half a minute.
test.each([20_000, 30_000])(
	'the playground’s own run, doubled, says after %i ms that least connections is better, and why',
	(until) => {
		const { says, why } = verdictOf(
			watched('A', 'round-robin', 1, until),
			watched('B', 'least-connections', 1, until)
		);
		expect(says).toMatch(/^Better so far: B: least-connections\./);
		expect(why).toMatch(/^Why: in A requests stood in line/);
	}
);

const seeds = Array.from({ length: 40 }, (_, i) => 1 + i);

test('on whatever seed least connections is better within a minute, and until then too close to call', () => {
	const shareAt = (until: number): number => {
		const verdicts = seeds.map((seed) =>
			verdictOf(watched('A', 'round-robin', seed, until), watched('B', 'least-connections', seed, until))
		);
		const clear = verdicts.filter(({ says }) => says.startsWith('Better so far: B: least-connections.'));
		for (const { says } of verdicts)
			expect(says).toMatch(/^(Better so far: B|Too close to call so far|No clear difference so far)/);
		return clear.length / seeds.length;
	};
	expect(shareAt(30_000)).toBeGreaterThan(0.8);
	expect(shareAt(60_000)).toBeGreaterThan(0.9);
});

test('of two runs of one strategy that differ by their luck alone, hardly any is called better', () => {
	const called = seeds.filter((seed) => {
		const { says } = verdictOf(
			watched('A', 'least-connections', seed, 30_000),
			watched('B', 'least-connections', seed + 1000, 30_000)
		);
		return says.startsWith('Better');
	});
	expect(called.length).toBeLessThan(seeds.length * 0.15);
});
