import { expect, test } from 'vitest';
import { Retelling } from '#bridge/retelling.ts';
import type { TraceEvent } from '#record/event.ts';
import { Scene } from '#record/scene.ts';

const attempt = { id: 1, attempt: 0, backend: 'A' };
const simple: readonly TraceEvent[] = [
	{ kind: 'send', at: 0, id: 1, key: 'k' },
	{ kind: 'pick', at: 1, ...attempt, key: 'k' },
	{ kind: 'end', at: 6, ...attempt, latency: 5, result: 'ok' },
	{ kind: 'answer', at: 6, id: 1, latency: 6, result: 'ok', backend: 'A' }
];

function told(events: readonly TraceEvent[], until = Infinity): TraceEvent[] {
	const retelling = new Retelling(100);
	for (const event of events) retelling.hear(event);
	const heard: TraceEvent[] = [];
	retelling.tell(until, (event) => heard.push(event));
	return heard;
}

test('every way takes a hop, and the time at the server stays what it was', () => {
	expect(told(simple).map(({ kind, at }) => `${kind} ${String(at)}`)).toEqual([
		'send 0',
		'pick 101',
		'finish 206',
		'end 306',
		'answer 406'
	]);
});

test('only what is due is told, and each event once', () => {
	const retelling = new Retelling(100);
	for (const event of simple) retelling.hear(event);
	const heard: string[] = [];
	for (const at of [50, 150, 150, 500])
		retelling.tell(at, ({ kind }) => heard.push(`${kind} by ${String(at)}`));
	expect(heard).toEqual(['send by 50', 'pick by 150', 'finish by 500', 'end by 500', 'answer by 500']);
});

test('events of several requests come in the order of their retold instants', () => {
	const second = simple.map((event) => ({ ...event, id: 2, at: event.at + 50 }) as TraceEvent);
	const instants = told([...simple, ...second]).map(({ at }) => at);
	expect(instants).toEqual(instants.toSorted((a, b) => a - b));
	expect(instants).toHaveLength(10);
});

test('a request that is tried again goes back to the gate in between', () => {
	const retried: readonly TraceEvent[] = [
		...simple.slice(0, 2),
		{ kind: 'end', at: 2, ...attempt, latency: 1, result: 'error', reason: 'refused' },
		{ kind: 'pick', at: 2, id: 1, attempt: 1, backend: 'B', key: 'k' },
		{ kind: 'end', at: 4, id: 1, attempt: 1, backend: 'B', latency: 2, result: 'ok' },
		{ kind: 'answer', at: 4, id: 1, latency: 4, result: 'ok', backend: 'B' }
	];
	expect(told(retried).map(({ kind, at }) => `${kind} ${String(at)}`)).toEqual([
		'send 0',
		'pick 101',
		'finish 202',
		'end 302',
		'pick 302',
		'finish 404',
		'end 504',
		'answer 604'
	]);
});

test('a scene that is told all this ends with nobody under way, whatever began before it looked', () => {
	const scene = new Scene();
	const early: TraceEvent = {
		kind: 'end',
		at: 1,
		id: 99,
		attempt: 0,
		backend: 'A',
		latency: 9,
		result: 'ok'
	};
	for (const event of told([early, ...simple])) scene.hear(event);
	expect([scene.sent, scene.ok, scene.requests.size, scene.servers[0]?.coming]).toEqual([1, 1, 0, 0]);
});
