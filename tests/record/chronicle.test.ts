import { expect, test } from 'vitest';
import { Chronicle } from '#record/chronicle.ts';
import type { BackendEvent, Reason, TraceEvent } from '#record/event.ts';

const failed = (at: number, reason: Reason, backend = 'A'): TraceEvent => ({
	kind: 'end',
	at,
	id: at,
	attempt: 0,
	backend,
	latency: 1,
	result: reason === 'timeout' ? 'timeout' : 'error',
	reason
});
const change = (at: number, what: BackendEvent['change'], backend = 'A'): TraceEvent => ({
	kind: 'backend',
	at,
	backend,
	change: what
});

function told(...events: TraceEvent[]) {
	const chronicle = new Chronicle();
	for (const event of events) chronicle.hear(event);
	return chronicle.happenings;
}

test('Refusals that follow one another are one happening with a count, a length and its places', () => {
	const happenings = told(
		failed(1000, 'queue-full'),
		failed(1500, 'queue-full', 'B'),
		failed(2500, 'queue-full'),
		failed(9000, 'queue-full', 'C')
	);
	expect(happenings).toMatchObject([
		{ at: 1000, until: 2500, count: 3, kind: 'refused', backends: ['A', 'B'], id: 1000, first: true },
		{ at: 9000, until: 9000, count: 1, backends: ['C'], first: false }
	]);
});

test('Different reasons are different happenings, and each kind has a first one', () => {
	const happenings = told(
		failed(10, 'queue-full'),
		failed(20, 'timeout'),
		failed(30, 'refused'),
		change(40, 'ejected'),
		failed(50, 'failed')
	);
	expect(happenings.map(({ kind, first }) => [kind, first])).toEqual([
		['refused', true],
		['timeout', true],
		['refused', false],
		['ejected', true],
		['failed', true]
	]);
});

test('What is turned away at the gate is told by its answer, and not twice where an attempt has told of it', () => {
	const answer = (reason: Reason): TraceEvent => ({
		kind: 'answer',
		at: 10,
		id: 7,
		latency: 10,
		result: 'error',
		reason
	});
	expect(told(answer('shed'), answer('client-left')).map(({ kind }) => kind)).toEqual(['refused', 'timeout']);
	expect(told(failed(5, 'queue-full'), answer('queue-full'))).toHaveLength(1);
});

test('What a world begins with is no happening, nor is what comes with every request', () => {
	const begin: TraceEvent = { kind: 'strategy', at: 0, name: 'random', knobs: {}, seed: 1 };
	expect(told(begin, change(0, 'added'), change(5, 'pace'), change(6, 'grown'))).toEqual([]);
	expect(told({ ...begin, at: 9 }, change(10, 'added', 'E'), change(11, 'stop'))).toMatchObject([
		{ kind: 'rule', strategy: 'random' },
		{ kind: 'fleet', backends: ['E'] },
		{ kind: 'fault', change: 'stop' }
	]);
});

test('A long run is kept in bounds, and the first of each kind stays', () => {
	const chronicle = new Chronicle();
	chronicle.hear(failed(1, 'timeout'));
	for (let at = 10; at < 40_000; at += 10) chronicle.hear(change(at, 'weight', String(at % 70)));
	for (let i = 0; i < 2000; i++) chronicle.hear(failed(100_000 + i * 3000, 'queue-full'));
	const { happenings } = chronicle;
	expect(happenings.length).toBeLessThanOrEqual(600);
	expect(happenings[0]).toMatchObject({ kind: 'timeout', first: true });
	expect(happenings.filter(({ kind, first }) => kind === 'refused' && first)).toHaveLength(1);
});

const pick = (at: number, backend = 'A'): TraceEvent => ({
	kind: 'pick',
	at,
	id: at,
	key: 'k',
	attempt: 0,
	backend
});

test('That all are left out and asked all the same is one happening each time, and none where nobody is asked', () => {
	const fleet = [change(0, 'added'), change(0, 'added', 'B')];
	const out = [change(10, 'ejected'), change(20, 'ejected', 'B')];
	const panics = (...events: TraceEvent[]) =>
		told(...fleet, ...events)
			.filter(({ kind }) => kind === 'panic')
			.map(({ at }) => at);
	expect(panics(pick(5), ...out)).toEqual([]);
	expect(panics(change(10, 'ejected'), pick(15, 'B'))).toEqual([]);
	expect(panics(...out, pick(30), pick(40, 'B'))).toEqual([30]);
	const again = [change(5000, 'restored', 'B'), pick(5001, 'B'), change(6000, 'ejected', 'B'), pick(6001)];
	expect(panics(...out, pick(30), ...again)).toEqual([30, 6001]);
	expect(panics(...out, change(25, 'drain'), change(25, 'drain', 'B'))).toEqual([]);
});
