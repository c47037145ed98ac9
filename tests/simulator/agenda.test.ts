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
			(steps) => {
				const agenda = new Agenda<string>();
				const list: { time: number; name: string; deed: number; stamp: number }[] = [];
				steps.forEach((step, index) => {
					if (step === 'take') {
						const first = list.shift();
						if (first === undefined) return;
						agenda.take();
						expect([agenda.subject, agenda.deed, agenda.stamp]).toEqual([
							first.name,
							first.deed,
							first.stamp
						]);
					} else {
						const event = { time: step.time, name: `event ${String(index)}`, deed: index % 7, stamp: index };
						agenda.plan(event.time, event.deed, event.name, event.stamp);
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
	const agenda = new Agenda<number>();
	for (let i = 0; i < 10_000; i++) agenda.plan(5, 0, i);
	for (let i = 0; i < 10_000; i++) {
		agenda.take();
		expect(agenda.subject).toBe(i);
	}
	expect(agenda.size).toBe(0);
});

test('an event without a subject has none, whoever had its place before', () => {
	const agenda = new Agenda<string>();
	agenda.plan(1, 1, 'somebody', 9);
	agenda.take();
	agenda.plan(2, 2);
	agenda.take();
	expect([agenda.deed, agenda.subject, agenda.stamp]).toEqual([2, undefined, 0]);
});
