import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerLine } from '#simulator/timer-line.ts';

/** Somebody who may wait again and again, as a reused attempt does. */
interface Waiter {
	readonly name: number;
	timer: number;
}

interface Wait {
	readonly who: Waiter;
	readonly due: number;
}

const steps = fc.array(
	fc.oneof(
		{ weight: 4, arbitrary: fc.record({ do: fc.constant('start' as const), who: fc.nat({ max: 9 }) }) },
		{ weight: 3, arbitrary: fc.record({ do: fc.constant('call off' as const), who: fc.nat({ max: 9 }) }) },
		{ weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat({ max: 8 }) }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(0, 30) }) }
	),
	{ maxLength: 600 }
);

test('a line of timers rings for whom a sorted list would ring for, and never for who was called off', () => {
	fc.assert(
		fc.property(steps, (drawn) => {
			const wait = 7;
			const line = new TimerLine<Waiter>(wait);
			const waiters = Array.from({ length: 10 }, (_, name): Waiter => ({ name, timer: 0 }));
			let list: Wait[] = [];
			let now = 0;
			for (const step of drawn) {
				if (step.do === 'pass') {
					now += step.ms;
					const rang: number[] = [];
					for (let who = line.ring(now); who !== undefined; who = line.ring(now)) rang.push(who.name);
					expect(rang).toEqual(list.filter(({ due }) => due <= now).map(({ who }) => who.name));
					list = list.filter(({ due }) => due > now);
					// Whoever still waits must be asked for in time, and nobody else right after ringing.
					expect(line.next).toBe(list[0]?.due ?? Infinity);
					continue;
				}
				const who = waiters[step.who];
				if (who === undefined) throw new Error('There are ten of them.');
				if (step.do === 'start') {
					line.start(who, now);
					list.push({ who, due: now + wait });
				} else {
					who.timer++;
					list = list.filter((one) => one.who !== who);
				}
				expect(line.next).toBeLessThanOrEqual(list[0]?.due ?? Infinity);
			}
		}),
		{ numRuns: 300, seed: 4 }
	);
});

test('a thousand that wait at once ring in the order in which they began', () => {
	const line = new TimerLine<Waiter>(100);
	// Its ring has been around before it must grow.
	for (let i = 0; i < 50; i++) line.start({ name: -1, timer: 0 }, i / 100);
	for (let i = 0; i < 50; i++) expect(line.ring(101)?.name).toBe(-1);
	for (let name = 0; name < 1000; name++) line.start({ name, timer: name }, 200 + Math.floor(name / 3));
	for (let name = 0; name < 1000; name++) expect(line.ring(1000)?.name).toBe(name);
	expect([line.ring(1000), line.next]).toEqual([undefined, Infinity]);
});

test('whoever waits twice rings twice, each time when that wait is over', () => {
	const line = new TimerLine<Waiter>(10);
	const who = { name: 1, timer: 0 };
	line.start(who, 0);
	line.start(who, 3);
	expect([line.ring(9), line.ring(10), line.ring(12), line.ring(13), line.next]).toEqual([
		undefined,
		who,
		undefined,
		who,
		Infinity
	]);
});
