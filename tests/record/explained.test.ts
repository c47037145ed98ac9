import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { explained } from '#record/replay.ts';
import { readRecording } from '#record/recording.ts';

const recording = readRecording(
	readFileSync(new URL('../fixtures/session.jsonl', import.meta.url), 'utf8'),
	'session.jsonl'
);
const picksOf = ({ events }: typeof recording) =>
	events.flatMap(({ event }) => (event.kind === 'pick' ? [event] : []));

test('a recording is explained by its replay: each pick has the reason and the numbers it went by', () => {
	const picks = picksOf(explained(recording));
	expect(picks.length).toBeGreaterThan(20);
	const said = picks.filter(({ because }) => because !== undefined);
	expect(said.length / picks.length).toBeGreaterThan(0.9);
	for (const { because, backend } of said)
		expect(because?.figures?.of.map(([id]) => id) ?? [backend]).toContain(backend);
});

test('nothing else of a recording is changed, and from the first other decision on nothing is explained', () => {
	const plain = explained(recording).events.map(({ event, line }) =>
		event.kind === 'pick'
			? { line, event: { ...event, because: undefined, loads: undefined } }
			: { line, event }
	);
	expect(plain).toEqual(
		recording.events.map(({ event, line }) =>
			event.kind === 'pick'
				? { line, event: { ...event, because: undefined, loads: undefined } }
				: { line, event }
		)
	);
	const other = { ...recording, header: { ...recording.header, seed: recording.header.seed + 1 } };
	const picks = picksOf(explained(other));
	const last = picks.findLastIndex(({ because }) => because !== undefined);
	expect(last).toBeLessThan(picks.length - 1);
	expect(picks.slice(last + 1).every(({ loads }) => loads === undefined)).toBe(true);
});
