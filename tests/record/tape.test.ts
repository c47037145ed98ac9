import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TraceEvent } from '#record/event.ts';
import { readRecording } from '#record/recording.ts';
import { Tape } from '#record/tape.ts';

const recording = readRecording(
	readFileSync(new URL('../fixtures/session.jsonl', import.meta.url), 'utf8'),
	'session.jsonl'
);

test('A tape tells every event once, in its order, however time is sliced', () => {
	const told: TraceEvent[] = [];
	const tape = new Tape(recording);
	tape.listen((event) => told.push(event));
	for (let at = 0; !tape.ended; at += 7) tape.runUntil(at);
	expect(told.slice(1)).toEqual(recording.events.map(({ event }) => event));
	expect(told[0]).toMatchObject({ kind: 'strategy', at: 0, name: 'two-choices' });
});

test('A step comes to the next decision, and after the last to the end', () => {
	const picks = recording.events.filter(({ event }) => event.kind === 'pick').map(({ event }) => event.at);
	const tape = new Tape(recording);
	const stood = picks.map(() => {
		tape.runToNextPick();
		return tape.now;
	});
	expect(stood).toEqual(picks);
	tape.runToNextPick();
	expect(tape.ended).toBe(true);
});
