import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRecording } from '#record/recording.ts';
import { Witness } from '#record/witness.ts';
import { recordedTraffic } from '#simulator/recorded.ts';
import { fromItsBeginning, SideBySide } from '../../src/routes/replay/side-by-side.ts';

const recording = readRecording(
	readFileSync(new URL('../fixtures/session.jsonl', import.meta.url), 'utf8'),
	'session.jsonl'
);

test('A recording can be sought through: back and forth it shows the same', () => {
	let witness = new Witness();
	const playback = new SideBySide(recording, undefined, (tape) => {
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

test('Another strategy has the same requests at the same time, and both lanes go back together', () => {
	const shifted = fromItsBeginning(recording);
	expect(shifted.events[0]?.event.at).toBe(0);
	const scenario = recordedTraffic(shifted, { strategy: { name: 'random', knobs: {} } });
	let sent: [number, number] = [0, 0];
	const both = new SideBySide(shifted, scenario, (world, lane) => {
		sent = lane === 0 ? [0, sent[1]] : [sent[0], 0];
		world.listen(({ kind }) => {
			if (kind === 'send') sent[lane === 0 ? 0 : 1]++;
		});
	});
	const end = Math.max(...shifted.events.map(({ event }) => event.at));
	for (const at of [0.4, 0.7, 0.2, 1].map((share) => share * end)) {
		both.seek(at);
		expect(Math.abs(sent[0] - sent[1])).toBeLessThanOrEqual(1);
	}
	both.finish();
	expect(sent[0]).toBe(sent[1]);
	expect(sent[0]).toBe(shifted.events.filter(({ event }) => event.kind === 'send').length);
});
