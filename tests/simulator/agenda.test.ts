import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Agenda } from '#simulator/agenda.ts';

/** Few instants, so that most events tie with others. */
const plans = fc.constantFrom(0, 0.5, 1, 2, 3, Infinity).map((time) => ({ time }));
const takes = fc.constant('take' as const);

test('the agenda gives what a sorted list gives, those of one instant in the order they were planned', () => {
	fc.assert(
		fc.property(
			fc.array(fc.oneof({ weight: 3, arbitrary: plans }, { weight: 2, arbitrary: takes }), {
				maxLength: 400
			}),
			fc.constantFrom(1, 2.5, Number.MAX_VALUE),
			(steps, until) => {
				const agenda = new Agenda();
				agenda.until = until;
				const list: { time: number; what: number; stamp: number }[] = [];
				steps.forEach((step, index) => {
					if (step === 'take') {
						const isDue = (list[0]?.time ?? Infinity) <= until;
						expect(agenda.take()).toBe(isDue);
						if (isDue) {
							const { time, what, stamp } = agenda;
							expect({ time, what, stamp }).toEqual(list.shift());
						}
					} else {
						const event = { time: step.time, what: index, stamp: 3 * index };
						agenda.at(event.time).plan(event.what, event.stamp);
						// After all that are due no later.
						const place = list.findIndex(({ time }) => time > event.time);
						list.splice(place < 0 ? list.length : place, 0, event);
					}
					expect(agenda.size).toBe(list.length);
					// Not each time: whoever plans right after taking must not need to have asked.
					if (index % 3 === 0) expect(agenda.next).toBe(list[0]?.time ?? Infinity);
				});
			}
		),
		{ numRuns: 300, seed: 1 }
	);
});

test('ten thousand events of one instant come in the order they were planned', () => {
	const agenda = new Agenda();
	agenda.until = 5;
	for (let i = 0; i < 10_000; i++) agenda.at(5).plan(i, 0);
	for (let i = 0; i < 10_000; i++) {
		agenda.take();
		expect(agenda.what).toBe(i);
	}
	expect(agenda.size).toBe(0);
	expect(agenda.take()).toBe(false);
});

test('after four milliards of events those planned for one instant still happen in their order', () => {
	const agenda = new Agenda(2 ** 32 - 3);
	for (let what = 0; what < 10; what++) agenda.at(what === 9 ? 1 : 2).plan(what, 0);
	agenda.until = 2;
	const taken: number[] = [];
	while (agenda.take()) taken.push(agenda.what);
	expect(taken).toEqual([9, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
});
