import { expect, test } from 'vitest';
import { readScenario } from '#simulator/scenario.ts';
import { followed } from '#teaching/follow.ts';
import { instantOf, instantValue } from '#teaching/instant.ts';
import { findStop, StopsSchema, type Stop } from '#teaching/stop.ts';

// One request every 100 ms, 150 ms of work each, one worker and two places: the third place is wanted soon.
const scenario = readScenario({
	traffic: { arrivals: 'steady', perSecond: 10 },
	work: { law: 'fixed', meanMs: 150 },
	servers: [{ id: 'A', workers: 1, queue: 2 }],
	network: { hopMs: 10 },
	durationMs: 20_000
});

function stop(input: object): Stop {
	const [one] = StopsSchema.parse([input]);
	if (one === undefined) throw new Error('no stop');
	return one;
}

test('a stop at the first refusal stands at its instant, and its caption says what is there', () => {
	const found = findStop(
		scenario,
		stop({ first: 'refused', says: '{server}: {waiting} wait, {busy} at work' })
	);
	expect(found).toMatchObject({ server: 'A', says: 'A: 2 wait, 1 at work' });
	const before = findStop(scenario, stop({ first: 'waiting', reaches: 2, says: '.' }));
	expect(found?.at).toBeGreaterThan(before?.at ?? Infinity);
	expect(instantValue(scenario, { what: 'refused', server: 'A', at: (found?.at ?? 0) - 30 })).toBe(0);
	expect(instantValue(scenario, { what: 'refused', server: 'A', at: found?.at ?? 0 })).toBe(1);
});

test('a stop may be told from when on to look, and where', () => {
	const first = findStop(scenario, stop({ first: 'refused', says: '.' }))?.at ?? NaN;
	const later = findStop(scenario, stop({ first: 'refused', after: 10_000, says: '.' }))?.at ?? NaN;
	expect(first).toBeLessThan(10_000);
	expect(later).toBeGreaterThanOrEqual(10_000);
	expect(findStop(scenario, stop({ first: 'refused', server: 'B', says: '.' }))).toBeUndefined();
});

test('a stop at an instant is there, and beyond the run there is none', () => {
	expect(findStop(scenario, stop({ at: 5000, server: 'A', says: '{inside} at {at}' }))).toMatchObject({
		at: 5000,
		says: '3 at 5.0 s'
	});
	expect(findStop(scenario, stop({ at: 20_000, says: '.' }))).toBeUndefined();
});

test('a stop needs either an instant or an event', () => {
	expect(StopsSchema.safeParse([{ says: 'x' }]).success).toBe(false);
	expect(StopsSchema.safeParse([{ at: 1, first: 'refused', says: 'x' }]).success).toBe(false);
});

test('a followed request is told from gate to answer, and its parts make up the whole', () => {
	const life = followed(scenario, { run: 'start', after: 150, says: '.' });
	// The second request finds the first one half done.
	expect(life).toMatchObject({ server: 'A', ahead: 1, attempts: 1 });
	expect(life?.worked).toBeCloseTo(150);
	expect(life?.latency).toBeCloseTo(150 + (life?.waited ?? NaN) + 40);
	expect(life?.waited).toBeGreaterThan(0);
});

test('a followed request that is refused never comes back, and where none fits there is none', () => {
	const refused = findStop(scenario, stop({ first: 'refused', says: '.' }))?.at ?? NaN;
	expect(followed(scenario, { run: 'start', after: refused - 60, says: '.' })?.latency).toBe(Infinity);
	expect(followed(scenario, { run: 'start', after: 0, server: 'B', says: '.' })).toBeUndefined();
});

test('an instant is read from its short form, and other forms are none', () => {
	expect(instantOf('inside.F@11000')).toEqual({ what: 'inside', server: 'F', at: 11_000 });
	expect(instantOf('dark@500')).toEqual({ what: 'dark', server: undefined, at: 500 });
	for (const text of ['p99', 'inside@500', 'dark.F@500', 'inside.F@soon'])
		expect(instantOf(text)).toBeUndefined();
});
