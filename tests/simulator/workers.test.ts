import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream, randomWords } from '#balancer/random.ts';
import { Metrics } from '#record/metrics.ts';
import * as ofAttempt from '#simulator/attempt-row.ts';
import { Attempts } from '#simulator/attempts.ts';
import { Clockwork, deeds } from '#simulator/clockwork.ts';
import { Memory } from '#simulator/memory.ts';
import { Requests } from '#simulator/requests.ts';
import { readScenario } from '#simulator/scenario.ts';
import { Server } from '#simulator/server.ts';
import { Voice } from '#simulator/voice.ts';
import { OneEach, Sharing, type Workers } from '#simulator/workers.ts';

const nobody = { address: '', session: '' };

type Discipline = 'fcfs' | 'sharing';

interface Shape {
	readonly discipline: Discipline;
	readonly workers: number;
	readonly slots: number;
}

/** What is done to a server from outside; `who` counts those that came. */
type Step =
	| { readonly at: number; readonly do: 'come'; readonly work: number; readonly wait?: number }
	| { readonly at: number; readonly do: 'cancel'; readonly who: number }
	| { readonly at: number; readonly do: 'slow'; readonly speed: number }
	| { readonly at: number; readonly do: 'pause'; readonly ms: number };

interface Departure {
	readonly who: number;
	readonly at: number;
}

/** A server on its own clock: who leaves it when, by being done or by being called off; and the workers' time it used. */
function served(
	shape: Shape,
	steps: readonly Step[],
	start = 0
): { left: Departure[]; busyMs: number; tallied: number } {
	const clockwork = new Clockwork();
	clockwork.now = start;
	const left: Departure[] = [];
	const metrics = new Metrics();
	const scenario = readScenario({ servers: [{ id: 'a', ...shape, queue: 1000 }] });
	const [spec] = scenario.servers;
	if (spec === undefined) throw new Error('One server was asked for.');
	const memory = new Memory();
	const requests = new Requests(memory, scenario, () => nobody);
	const attempts = new Attempts(memory, requests);
	const who = (attempt: number): number => requests.idOf(attempts.requestOf(attempt));
	const works: number[] = [];
	const waits: number[] = [];
	const world = {
		clockwork,
		metrics,
		voice: new Voice(attempts),
		goHome: (attempt: number) => left.push({ who: who(attempt), at: clockwork.now }),
		attempts,
		assess: (attempt: number) => {
			memory.fractions[(attempt + ofAttempt.left) >> 1] = works[who(attempt)] ?? NaN;
			memory.fractions[(attempt + ofAttempt.leftAt) >> 1] = clockwork.now + (waits[who(attempt)] ?? NaN);
		}
	};
	const workersOf = (server: Server): Workers =>
		shape.discipline === 'fcfs' ? new OneEach(clockwork, attempts) : new Sharing(clockwork, attempts, server);
	const server = new Server(spec, 0, metrics.numberOf('a'), world, workersOf, () => randomWords(1));
	const came: number[] = [];
	const { agenda } = clockwork;
	const passUntil = (until: number): void => {
		agenda.until = Math.min(until, Number.MAX_VALUE);
		while (agenda.take()) {
			const { time, stamp } = agenda;
			const { deed, whom } = clockwork;
			clockwork.now = time;
			if (deed === deeds.finish) {
				if (attempts.stampOf(whom) === stamp) server.finish(whom);
			} else if (deed === deeds.depart && server.stamp === stamp) server.depart();
			else if (deed === deeds.task) clockwork.doTask(whom);
			expect(server.busyMs, 'whoever asks changes nothing').toBeGreaterThanOrEqual(0);
		}
		if (until < Infinity) clockwork.now = until;
	};
	for (const step of steps) {
		passUntil(start + step.at);
		if (step.do === 'come') {
			const attempt = attempts.begin(requests.begin(came.length, -1));
			works.push(step.work);
			waits.push(step.wait ?? 0);
			memory.words[attempt + ofAttempt.server] = 0;
			came.push(attempt);
			server.receive(attempt);
		} else if (step.do === 'slow') server.setSpeed(step.speed);
		else if (step.do === 'pause') server.pause(step.ms);
		else {
			const attempt = came[step.who];
			if (attempt !== undefined && !left.some(({ who }) => who === step.who)) {
				attempts.end(attempt);
				server.cancel(attempt);
			}
		}
	}
	passUntil(Infinity);
	return { left, busyMs: server.busyMs, tallied: metrics.tallyOf('a').busyMs };
}

/** The same, worked out the slow way: from instant to instant, everybody's remaining work by hand. */
function oracle(
	{ discipline, workers, slots }: Shape,
	steps: readonly Step[]
): { left: Departure[]; busyMs: number } {
	const room = discipline === 'fcfs' ? workers : slots;
	const inside: { who: number; work: number; wait: number; from?: number }[] = [];
	const left: Departure[] = [];
	let [speed, pausedUntil, now, busyMs, came] = [1, -1, 0, 0, 0];
	const passUntil = (until: number): void => {
		for (;;) {
			const held = inside.slice(0, room);
			for (const one of held) one.from ??= now + one.wait;
			const serving = held.filter(({ from = 0 }) => from <= now);
			const ready = Math.min(Infinity, ...held.map(({ from = 0 }) => from).filter((from) => from > now));
			const share = discipline === 'fcfs' ? 1 : Math.min(1, workers / serving.length);
			const rate = now < pausedUntil ? 0 : speed * share;
			const least = Math.min(Infinity, ...serving.map(({ work }) => work));
			const done = rate === 0 ? Infinity : now + least / rate;
			const next = Math.min(until, done, ready, now < pausedUntil ? pausedUntil : Infinity);
			if (next === Infinity) return;
			for (const one of serving) one.work -= (next - now) * rate;
			// Whoever waits for data keeps a worker of its own, and has no part of those that are shared.
			const working = discipline === 'fcfs' ? held.length : serving.length;
			if (working > 0) busyMs += (next - now) * share * working;
			now = next;
			if (next === done) {
				for (const one of serving.filter(({ work }) => work <= 1e-9)) {
					inside.splice(inside.indexOf(one), 1);
					left.push({ who: one.who, at: now });
				}
			} else if (next === until) return;
		}
	};
	for (const step of steps) {
		passUntil(step.at);
		if (step.do === 'come') inside.push({ who: came++, work: step.work, wait: step.wait ?? 0 });
		else if (step.do === 'slow') speed = step.speed;
		else if (step.do === 'pause') pausedUntil = Math.max(pausedUntil, now + step.ms);
		else {
			const place = inside.findIndex(({ who }) => who === step.who);
			if (place >= 0) left.push({ who: inside.splice(place, 1)[0]?.who ?? -1, at: now });
		}
	}
	passUntil(Infinity);
	return { left, busyMs };
}

const shapes = fc.record({
	discipline: fc.constantFrom<Discipline>('fcfs', 'sharing'),
	workers: fc.integer({ min: 1, max: 3 }),
	slots: fc.integer({ min: 1, max: 8 })
});

const work = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.double({ min: 0.001, max: 20, noNaN: true }));
const at = fc.oneof(fc.nat({ max: 100 }), fc.double({ min: 0, max: 100, noNaN: true }));
const scripts = fc
	.array(
		fc.oneof<fc.Arbitrary<Step>[]>(
			fc.record({ at, do: fc.constant('come' as const), work }),
			fc.record({ at, do: fc.constant('come' as const), work, wait: fc.constantFrom(0, 2, 7.5) }),
			fc.record({ at, do: fc.constant('cancel' as const), who: fc.nat({ max: 20 }) }),
			fc.record({ at, do: fc.constant('slow' as const), speed: fc.constantFrom(0.25, 1, 3) }),
			fc.record({ at, do: fc.constant('pause' as const), ms: fc.integer({ min: 1, max: 15 }) })
		),
		{ maxLength: 50 }
	)
	.map((steps) => steps.toSorted((a, b) => a.at - b.at));

/** By name, because two that are done at one instant may leave in either order. */
const inOrder = (left: readonly Departure[]): readonly Departure[] => left.toSorted((a, b) => a.who - b.who);

test('workers finish when remaining work worked out by hand says so, whoever comes, goes, slows or stops them', () => {
	fc.assert(
		fc.property(shapes, scripts, (shape, steps) => {
			const found = served(shape, steps);
			const expected = oracle(shape, steps);
			expect(inOrder(found.left).map(({ who }) => who)).toEqual(inOrder(expected.left).map(({ who }) => who));
			inOrder(found.left).forEach(({ at }, i) => {
				expect(at).toBeCloseTo(inOrder(expected.left)[i]?.at ?? NaN, 6);
			});
			expect(found.busyMs).toBeCloseTo(expected.busyMs, 6);
			// Of each that left, its own part: together all that the workers did.
			expect(found.tallied).toBeCloseTo(expected.busyMs, 6);
		}),
		{ numRuns: 400, seed: 5 }
	);
});

test('one worker shared by two gives each half: three milliseconds of work beside one that takes six', () => {
	const shape: Shape = { discipline: 'sharing', workers: 1, slots: 10 };
	const { left, busyMs } = served(shape, [
		{ at: 0, do: 'come', work: 3 },
		{ at: 0, do: 'come', work: 6 }
	]);
	expect(left).toEqual([
		{ who: 0, at: 6 },
		{ who: 1, at: 9 }
	]);
	expect(busyMs).toBe(9);
});

test.each<Shape>([
	{ discipline: 'fcfs', workers: 2, slots: 1 },
	{ discipline: 'sharing', workers: 1, slots: 2 }
])(
	'a wait for data is no work: a slow server makes it no longer, a pause no later ($discipline)',
	(shape) => {
		const { left, busyMs } = served(shape, [
			{ at: 0, do: 'slow', speed: 0.5 },
			{ at: 0, do: 'come', work: 1, wait: 4 },
			{ at: 0, do: 'come', work: 1, wait: 10 },
			{ at: 2, do: 'pause', ms: 5 }
		]);
		// The pause ends at 7, and a millisecond of work takes two.
		expect(left.map(({ at }) => at)).toEqual([9, 12]);
		// Two workers are kept while their requests wait; one that is shared does what there is to do, and stands still from 4 to 7.
		expect(busyMs).toBe(shape.discipline === 'fcfs' ? 9 + 12 : 3 + 2 + 2);
	}
);

test('late in a long run a share that is a hair’s breadth from its end does not stop the time', () => {
	const random = randomStream(6);
	for (let round = 0; round < 300; round++) {
		const steps = Array.from({ length: 6 }, (_, i): Step => ({
			at: i * random(),
			do: 'come',
			work: 0.3 + random()
		}));
		steps.unshift({ at: 0, do: 'slow', speed: 0.7 + 50 * random() });
		steps.sort((a, b) => a.at - b.at);
		const shape: Shape = { discipline: 'sharing', workers: 1, slots: 10 };
		expect(served(shape, steps, 86_000_000 + 1000 * random()).left).toHaveLength(6);
	}
});
