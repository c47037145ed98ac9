import { expect, test } from 'vitest';
import { Chronicle } from '#record/chronicle.ts';
import type { BackendEvent, TraceEvent } from '#record/event.ts';
import { Scene } from '#record/scene.ts';
import { beliefsOf, historyOf, inmatesOf } from '#view/stage/details.ts';
import { captionOf, happeningWords } from '#view/stage/happenings.ts';

function sceneOf(waiting: number): Scene {
	const scene = new Scene();
	const machine = { workers: 1, queue: 50, speed: 1 };
	for (const backend of ['A', 'B'])
		scene.hear({ kind: 'backend', at: 0, backend, change: 'added', value: 1, machine });
	for (let id = 0; id <= waiting; id++) {
		scene.hear({ kind: 'send', at: 1, id, key: 'k', work: 50 });
		scene.hear({ kind: 'pick', at: 2, id, key: 'k', attempt: 0, backend: 'A', loads: [['A', 7.25]] });
		scene.hear({ kind: id === 0 ? 'start' : 'queue', at: 2, id, attempt: 0, backend: 'A' });
	}
	return scene;
}

const chronicleOf = (...events: TraceEvent[]) => {
	const chronicle = new Chronicle();
	for (const event of events) chronicle.hear(event);
	return chronicle.happenings;
};
const change = (at: number, what: BackendEvent['change'], backend = 'A', value?: number): TraceEvent => ({
	kind: 'backend',
	at,
	backend,
	change: what,
	...(value !== undefined && { value })
});

test('Who is inside is listed by how soon it will be done, and the rest is counted', () => {
	const server = sceneOf(20).server('A');
	if (server === undefined) throw new Error('A is missing');
	const { inmates, more } = inmatesOf(server, 12);
	expect(inmates.slice(0, 3)).toEqual([
		{ id: 0, words: '40 ms of work left' },
		{ id: 1, words: 'next in the queue' },
		{ id: 2, words: '2. in the queue' }
	]);
	expect(inmates.length + more).toBe(21);
});

test('The gate’s counts and beliefs stand beside what is so', () => {
	expect(beliefsOf(sceneOf(3)).rows).toEqual([
		{ id: 'A', counted: '4', believed: '7.25', inside: '4', onTheWay: '0' },
		{ id: 'B', counted: '0', believed: '', inside: '0', onTheWay: '0' }
	]);
});

test('A server’s life is what happened to it, the latest first', () => {
	const happenings = chronicleOf(
		change(1000, 'slow', 'A', 0.5),
		change(2000, 'stop', 'B'),
		change(61_000, 'ejected')
	);
	expect(historyOf(happenings, 'A')).toEqual([
		{ when: '1:01.0', words: 'A is left out' },
		{ when: '0:01.0', words: 'A works at speed ×0.5' }
	]);
});

test('Happenings are told in words that name the place, the number and the reason', () => {
	const refused = (at: number, backend: string): TraceEvent => ({
		kind: 'end',
		at,
		id: 12,
		attempt: 0,
		backend,
		latency: 1,
		result: 'error',
		reason: 'queue-full'
	});
	const [one] = chronicleOf(refused(10, 'A'), refused(20, 'C'));
	if (one === undefined) throw new Error('nothing happened');
	expect(happeningWords(one)).toBe('2 turned away at A and C: road full');
	expect(captionOf(one)).toEqual({
		title: 'The first request is turned away',
		says: 'Request 12 finds A: road full.'
	});
	const words = chronicleOf(
		{ kind: 'strategy', at: 5, name: 'random', knobs: {}, seed: 1 },
		change(6, 'pause', 'B', 3000),
		change(7, 'added', 'E'),
		change(8, 'ejected', 'A'),
		change(9, 'ejected', 'B')
	).map(happeningWords);
	expect(words).toEqual(['random takes charge', 'B stands still for 3 s', 'E joins', 'A and B are left out']);
});
