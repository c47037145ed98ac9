import fc from 'fast-check';
import { expect, test } from 'vitest';
import { none } from '#simulator/memory.ts';
import { TimerLine } from '#simulator/timer-line.ts';

interface Wait {
	readonly who: number;
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
			const marks = new Map<number, number>();
			const line = new TimerLine(wait, (row) => marks.get(row) ?? 0);
			let list: Wait[] = [];
			let now = 0;
			for (const step of drawn) {
				if (step.do === 'pass') {
					now += step.ms;
					const rang: number[] = [];
					for (let who = line.ring(now); who !== none; who = line.ring(now)) rang.push(who);
					expect(rang).toEqual(list.filter(({ due }) => due <= now).map(({ who }) => who));
					list = list.filter(({ due }) => due > now);
					// Whoever still waits must be asked for in time, and nobody else right after ringing.
					expect(line.next).toBe(list[0]?.due ?? Infinity);
					continue;
				}
				const { who } = step;
				if (step.do === 'start') {
					line.at(now).start(who);
					list.push({ who, due: now + wait });
				} else {
					marks.set(who, (marks.get(who) ?? 0) + 1);
					list = list.filter((one) => one.who !== who);
				}
				expect(line.next).toBeLessThanOrEqual(list[0]?.due ?? Infinity);
			}
		}),
		{ numRuns: 300, seed: 4 }
	);
});

test('a thousand that wait at once ring in the order in which they began', () => {
	const line = new TimerLine(100, (row) => row);
	// Its ring has been around before it must grow.
	for (let i = 0; i < 50; i++) line.at(i / 100).start(9999);
	for (let i = 0; i < 50; i++) expect(line.ring(101)).toBe(9999);
	for (let row = 0; row < 1000; row++) line.at(200 + Math.floor(row / 3)).start(row);
	for (let row = 0; row < 1000; row++) expect(line.ring(1000)).toBe(row);
	expect([line.ring(1000), line.next]).toEqual([none, Infinity]);
});

test('whoever waits twice rings twice, each time when that wait is over', () => {
	const line = new TimerLine(10, () => 0);
	line.at(0).start(1);
	line.at(3).start(1);
	expect([line.ring(9), line.ring(10), line.ring(12), line.ring(13), line.next]).toEqual([
		none,
		1,
		none,
		1,
		Infinity
	]);
});
