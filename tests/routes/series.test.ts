import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { simulate } from '#simulator/simulate.ts';
import { readLesson } from '#teaching/lesson.ts';
import { failedSoFar, shareSoFar } from '../../src/routes/series.ts';

const file = 'lessons/en/10-the-ring-of-fate/lesson.yaml';
const lesson = readLesson(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'), file);
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
