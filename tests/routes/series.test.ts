import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { simulate } from '#simulator/simulate.ts';
import { readLesson, type Lesson } from '#teaching/lesson.ts';
import { measures } from '#teaching/measure.ts';
import { finalFigures } from '../../src/routes/learn/[lesson]/final.ts';
import { busiestSoFar, failedSoFar, missedSoFar, shareSoFar } from '../../src/routes/series.ts';

function lessonAt(slug: string): Lesson {
	const file = `lessons/en/${slug}/lesson.yaml`;
	return readLesson(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'), file);
}
const lesson = lessonAt('10-the-ring-of-fate');
const look = { id: 'ring', label: 'Ring', colour: 'red' };

test.each(lesson.run.lanes)(
	'$id: what is counted second by second never sinks and ends at what the whole run says',
	({ scenario }) => {
		const { metrics } = simulate(scenario);
		const failed = failedSoFar(metrics, look).points.map(({ value }) => value);
		expect(failed).toEqual(failed.toSorted((a, b) => a - b));
		expect(failed.at(-1)).toBe(metrics.failed);
		expect(shareSoFar(metrics, look).points.at(-1)).toEqual({
			at: metrics.endMs,
			value: (100 * metrics.ok) / (metrics.ok + metrics.failed),
			n: metrics.n
		});
		const missed = missedSoFar(metrics, look).points.map(({ value }) => value);
		expect(missed).toEqual(missed.toSorted((a, b) => a - b));
		expect(missed.at(-1)).toBe(metrics.sessionMisses);
		expect(busiestSoFar(metrics, look).points.at(-1)).toEqual({
			at: metrics.endMs,
			value: 100 * metrics.busiestShare
		});
	}
);

test('a request sent before the warm-up was over counts nowhere, whenever it failed', () => {
	const ring = lesson.run.lanes.find(({ id }) => id === 'ring');
	if (ring === undefined) throw new Error('Lesson 10 has no lane "ring".');
	const { metrics } = simulate(ring.scenario);
	const after = metrics.windows.filter(({ at }) => at > metrics.warmUpMs);
	const all = after.reduce((sum, { failed }) => sum + failed, 0);
	expect(all).toBeGreaterThan(metrics.failed);
	expect(after.reduce((sum, { countedFailed }) => sum + countedFailed, 0)).toBe(metrics.failed);
});

test.each([
	['05-the-name-reader', 'busiest-share', /busiest server/, 100],
	['10-the-ring-of-fate', 'session-misses', /^Sessions set up so far, counted from 0:40 on$/, 1]
] as const)(
	'%s draws what it asks about, %s, and the lines end at what was measured',
	(slug, measure, title, factor) => {
		const asked = lessonAt(slug);
		const figures = finalFigures(asked);
		expect(figures.title).toMatch(title);
		const ends = figures.series.map(({ points }) => points.at(-1)?.value);
		// The page carries three digits.
		expect(ends).toEqual(
			asked.run.lanes.map(({ scenario }) =>
				Number((factor * measures[measure].of(simulate(scenario).metrics, scenario)).toPrecision(3))
			)
		);
		expect(new Set(ends).size).toBe(ends.length);
	}
);
