import { expect, test } from 'vitest';
import { History, type Second } from '#record/history.ts';
import { Scene } from '#record/scene.ts';
import { Engine } from '#simulator/engine.ts';
import { presets } from '#simulator/presets.ts';
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
	const { says } = verdictOf(
		contender('A: x', 100, { meanWait: 60 }),
		contender('B: y', 105, { meanWait: 0.2 })
	);
	expect(says).toBe(
		'Better so far: B: y. There a request stood in line for 0 ms on average; in A for 60 ms.'
	);
});

test('waiting while another is idle needs both at the same moment', () => {
	expect(idleWhileWaiting([])).toBe(0);
	expect(idleWhileWaiting([second({ waiting: 1, free: 0 }), second({ waiting: 0, free: 2 })])).toBe(0);
	expect(idleWhileWaiting([second({ waiting: 1, free: 0 }, { waiting: 0, free: 1 })])).toBe(1);
});

// At the speed that the page opens with, a minute shows half a minute.
test.each([10_000, 20_000, 30_000])(
	'the playground’s own run, doubled, says after %i ms that least connections is better, and why',
	(until) => {
		const first = presets[0]?.scenario;
		if (first === undefined) throw new Error('There is no preset.');
		const [a, b] = (['round-robin', 'least-connections'] as const).map((name) => {
			const engine = new Engine({ ...first, strategy: { name, knobs: {} } });
			const scene = new Scene();
			const history = new History(scene);
			engine.listen((event) => {
				history.hear(event);
				scene.hear(event);
			});
			engine.runUntil(until);
			const { metrics } = engine;
			return contender(`${name === 'round-robin' ? 'A' : 'B'}: ${name}`, NaN, {
				n: metrics.n,
				failed: metrics.failed,
				percentile: (share) => metrics.percentile(share),
				meanWait: metrics.meanWait,
				seconds: history.seconds
			});
		});
		if (a === undefined || b === undefined) throw new Error('There are two.');
		const { says, why } = verdictOf(a, b);
		expect(says).toMatch(/^Better so far: B: least-connections\./);
		expect(why).toMatch(/^Why: in A requests stood in line/);
	}
);
