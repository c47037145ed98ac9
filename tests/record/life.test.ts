import { expect, test } from 'vitest';
import type { Reason, TraceEvent } from '#record/event.ts';
import { lifeOf, type LifeEvent, type Span } from '#record/life.ts';
import { Lives } from '#record/lives.ts';
import { Engine } from '#simulator/engine.ts';
import { readScenario } from '#simulator/scenario.ts';

const send = (at = 0): LifeEvent => ({ kind: 'send', at, id: 1, key: 'k', work: 100 });
const pick = (at: number, attempt = 0, backend = 'A'): LifeEvent => ({
	kind: 'pick',
	at,
	id: 1,
	key: 'k',
	attempt,
	backend
});
const inside = (
	kind: 'queue' | 'start' | 'finish' | 'drop',
	at: number,
	attempt = 0,
	backend = 'A'
): LifeEvent => ({ kind, at, id: 1, attempt, backend });
const end = (at: number, reason?: Reason, attempt = 0, backend = 'A'): LifeEvent => ({
	kind: 'end',
	at,
	id: 1,
	attempt,
	backend,
	latency: 1,
	result: reason === undefined ? 'ok' : reason === 'timeout' ? 'timeout' : 'error',
	...(reason && { reason })
});
const answer = (at: number, result: 'ok' | 'error' = 'ok'): LifeEvent => ({
	kind: 'answer',
	at,
	id: 1,
	latency: at,
	result
});

function spansOf(spans: readonly Span[] = []): string[] {
	return spans.map(
		({ kind, from, to, inVain }) =>
			`${kind} ${String(from)}–${to === undefined ? '' : String(to)}${inVain ? ' in vain' : ''}`
	);
}

test('A life that goes well is a way, a wait, a service and the way home', () => {
	const life = lifeOf([
		send(),
		pick(20),
		inside('queue', 40),
		inside('start', 90),
		inside('finish', 190),
		end(210),
		answer(230)
	]);
	expect(spansOf(life?.spans)).toEqual(['hop 0–20', 'hop 210–230']);
	expect(spansOf(life?.tries[0]?.spans)).toEqual(['hop 20–40', 'queue 40–90', 'serve 90–190', 'hop 190–210']);
	expect(life).toMatchObject({ id: 1, work: 100, sentAt: 0, answeredAt: 230, result: 'ok' });
});

test('What has not ended is open, and what took no time is no span', () => {
	expect(spansOf(lifeOf([send()])?.spans)).toEqual(['hop 0–']);
	const life = lifeOf([send(), pick(0), inside('start', 0)]);
	expect(spansOf(life?.spans)).toEqual([]);
	expect(spansOf(life?.tries[0]?.spans)).toEqual(['serve 0–']);
});

test('A retry follows a pause; one that sets out while another is out is a hedge', () => {
	const retried = lifeOf([send(), pick(0), end(40, 'queue-full'), pick(90, 1, 'B')]);
	expect(spansOf(retried?.spans)).toEqual(['pause 40–90']);
	expect(retried?.tries.map(({ role, reason }) => [role, reason])).toEqual([
		['first', 'queue-full'],
		['retry', undefined]
	]);
	const raced = lifeOf([send(), pick(0), pick(500, 1, 'B')]);
	expect(spansOf(raced?.spans)).toEqual([]);
	expect(raced?.tries.map(({ role }) => role)).toEqual(['first', 'hedge']);
	const calls = lifeOf([send(), pick(10), pick(10, 1, 'B'), pick(10, 2, 'C')]);
	expect(calls?.tries.map(({ role }) => role)).toEqual(['first', 'call', 'call']);
});

test('After a timeout the server works on in vain until it is done or hears of it', () => {
	const life = lifeOf([
		send(),
		pick(0),
		inside('start', 10),
		end(300, 'timeout'),
		pick(300, 1, 'B'),
		inside('drop', 320)
	]);
	expect(spansOf(life?.tries[0]?.spans)).toEqual(['hop 0–10', 'serve 10–300', 'serve 300–320 in vain']);
	expect(life?.tries[0]).toMatchObject({ endedAt: 300, result: 'timeout' });
	const onTheRoad = lifeOf([send(), pick(0), end(5, 'timeout'), inside('queue', 10), inside('drop', 30)]);
	expect(spansOf(onTheRoad?.tries[0]?.spans)).toEqual(['hop 0–5', 'queue 10–30 in vain']);
});

test('A wait at the gate is told as such, before the first try and before another', () => {
	const life = lifeOf([
		send(),
		{ kind: 'hold', at: 20, id: 1, attempt: 0 },
		pick(120),
		end(160, 'reset'),
		{ kind: 'hold', at: 170, id: 1, attempt: 1 },
		pick(200, 1, 'B')
	]);
	expect(spansOf(life?.spans)).toEqual(['hop 0–20', 'hold 20–120', 'pause 160–170', 'hold 170–200']);
});

test('A machine that stops turns out whom it holds at that instant, not when the gate hears of it', () => {
	const life = lifeOf([
		send(),
		pick(0),
		inside('start', 10),
		{ kind: 'backend', at: 60, backend: 'B', change: 'stop' },
		{ kind: 'backend', at: 80, backend: 'A', change: 'stop' },
		end(90, 'reset')
	]);
	expect(spansOf(life?.tries[0]?.spans)).toEqual(['hop 0–10', 'serve 10–80', 'hop 80–90']);
});

test('A request that was turned away at the gate has a way and no try', () => {
	const life = lifeOf([send(), answer(40, 'error')]);
	expect(spansOf(life?.spans)).toEqual(['hop 0–40']);
	expect(life?.tries).toEqual([]);
	expect(lifeOf([])).toBeUndefined();
});

test('Each life of a rough run is without gaps, and lasts as long as the world says', () => {
	const engine = new Engine(
		readScenario({
			seed: 3,
			traffic: { perSecond: 50 },
			work: { law: 'heavy', meanMs: 60 },
			network: { hopMs: 15 },
			balancer: {
				retries: 2,
				backoff: { baseMs: 50 },
				timeoutMs: 900,
				hedgeMs: 400,
				health: { fall: 3, ejectMs: 800 }
			},
			servers: ['A', 'B', 'C'].map((id) => ({ id, workers: 2, queue: 4 })),
			durationMs: 8000,
			changes: [
				{ do: 'stop', at: 3000, server: 'B' },
				{ do: 'restart', at: 5000, server: 'B' }
			]
		})
	);
	const lives = new Lives();
	const answers: (TraceEvent & { kind: 'answer' })[] = [];
	let checked = 0;
	let retried = 0;
	engine.listen((event) => {
		lives.hear(event);
		if (event.kind === 'answer') answers.push(event);
	});
	for (let at = 0; at <= 9000; at += 100) {
		engine.runUntil(at);
		for (const { id, latency } of answers.splice(0)) {
			const life = lives.of(id);
			if (life?.answeredAt === undefined) throw new Error('an answered request is forgotten at once');
			expect(life.answeredAt - life.sentAt).toBeCloseTo(latency, 6);
			const wanted = [...life.spans, ...life.tries.flatMap(({ spans }) => spans)].filter(
				({ inVain }) => !inVain
			);
			// The spans cover the life: at no moment in between is it nowhere.
			let covered = life.sentAt;
			for (const { from, to } of wanted.toSorted((a, b) => a.from - b.from)) {
				expect(from).toBeLessThanOrEqual(covered + 1e-6);
				covered = Math.max(covered, to ?? Infinity);
			}
			expect(covered).toBeGreaterThanOrEqual(life.answeredAt - 1e-6);
			checked++;
			if (life.tries.length > 1) retried++;
		}
	}
	expect(checked).toBeGreaterThan(300);
	expect(retried).toBeGreaterThan(20);
});

test('Lives forget the answered in their order, and never one who is out', () => {
	const lives = new Lives();
	lives.hear({ kind: 'send', at: 0, id: 0, key: 'k' });
	for (let id = 1; id <= 3000; id++) {
		lives.hear({ kind: 'send', at: id, id, key: 'k' });
		lives.hear({ kind: 'answer', at: id, id, latency: 0, result: 'ok' });
	}
	expect(lives.of(0)?.sentAt).toBe(0);
	expect(lives.of(1)).toBeUndefined();
	expect(lives.of(3000)?.answeredAt).toBe(3000);
	expect(lives.of(2501)?.answeredAt).toBe(2501);
});
