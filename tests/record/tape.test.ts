import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TraceEvent } from '#record/event.ts';
import { readRecording } from '#record/recording.ts';
import { Tape, TapePlayback } from '#record/tape.ts';
import { Witness } from '#record/witness.ts';

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

test('A recording can be sought through: back and forth it shows the same', () => {
	let witness = new Witness();
	const playback = new TapePlayback(recording, (tape) => {
		witness = new Witness();
		tape.listen((event) => {
			witness.hear(event);
		});
	});
	const look = (at: number): unknown => {
		playback.seek(at);
		return witness.scene.servers.map(({ id, inflight, ok, refused, state }) => [
			id,
			inflight,
			ok,
			refused,
			state
		]);
	};
	const first = [1500, 2000, 2600].map(look);
	expect(look(1500)).toEqual(first[0]);
	expect(look(2600)).toEqual(first[2]);
	playback.finish();
	expect(playback.ended).toBe(true);
	expect(witness.scene.requests.size).toBe(0);
	// B's port refused: the proxy left it out, and the witness knows.
	expect(witness.chronicle.firsts.map(({ kind }) => kind)).toEqual(['refused', 'ejected']);
	expect(witness.lives.of(1)?.tries.map(({ backend, reason }) => [backend, reason])).toEqual([
		['localhost:9', 'refused'],
		['localhost:40551', undefined]
	]);
});
