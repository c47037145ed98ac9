import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { hashClient } from '#balancer/hash.ts';
import { hashKey } from '#balancer/structures/mix.ts';
import { ringOf } from '#balancer/structures/ring.ts';
import { readLessons } from '#cli/lesson.ts';
import type { TraceEvent } from '#record/event.ts';
import { Engine } from '#simulator/engine.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { followed } from '#teaching/follow.ts';
import { scenariosOf, type Lesson } from '#teaching/lesson.ts';
import { weighing } from './balancer/backends.ts';

// What lessons work out by hand, where no run measures it.

function ipHash(address: string): number {
	return hashClient(address, 89, (hash, octet) => (113 * hash + octet) % 6271);
}

/** Where each server's one point lies on the circle, from 0 to 100, in the order in which they are met. */
function circleOf(ids: readonly string[]): readonly (readonly [id: string, at: string])[] {
	const backends = weighing(...ids.map(() => 1)).map((backend, place) => ({
		...backend,
		id: ids[place] ?? ''
	}));
	const { points, owners } = ringOf(backends, 1);
	return [...points].map((point, place) => [ids[owners[place] ?? 0] ?? '', inHundred(point)]);
}

const inHundred = (position: number): string => ((100 * position) / 2 ** 32).toFixed(1);

const lessons = readLessons(fileURLToPath(new URL('..', import.meta.url)));

function lessonOf(number: number): Lesson {
	const lesson = lessons.find((folder) => folder.lesson.number === number)?.lesson;
	if (lesson === undefined) throw new Error(`no lesson ${String(number)}`);
	return lesson;
}

function runOf(lesson: Lesson, name: string): Scenario {
	const scenario = scenariosOf(lesson)[name];
	if (scenario === undefined) throw new Error(`no run ${name}`);
	return scenario;
}

/** Whose request the lesson follows. */
function followedClient(lesson: Lesson): string | undefined {
	const { follow } = lesson;
	if (follow === undefined) return undefined;
	const scenario = runOf(lesson, follow.run);
	const life = followed(scenario, follow);
	const engine = new Engine(scenario);
	let key: string | undefined;
	engine.listen((event) => {
		if (event.kind === 'send' && event.id === life?.id) key = event.key;
	});
	engine.runUntil((life?.sent ?? 0) + 1);
	return key;
}

test('lesson 5: the followed client has an address of its own, and its 176 falls to A as well', () => {
	expect(followedClient(lessonOf(5))).toBe('11.31.152.151');
	expect(ipHash('11.31.152.151')).toBe(176);
	expect(176 % 4).toBe(0);
});

test('lesson 6: who is sent to the slow B stays about three times as long, and about six a second are, of fifteen elsewhere', () => {
	const engine = new Engine(runOf(lessonOf(6), 'slow-least-connections'));
	const [from, to] = [45_000, 130_000];
	const picks: Record<string, number> = {};
	const stays: Record<string, number> = {};
	const picked = new Map<number, Extract<TraceEvent, { kind: 'pick' }>>();
	engine.listen((event) => {
		if (event.kind === 'pick' && event.at >= from) picked.set(event.id, event);
		const pick = event.kind === 'answer' ? picked.get(event.id) : undefined;
		if (pick === undefined) return;
		picks[pick.backend] = (picks[pick.backend] ?? 0) + 1;
		stays[pick.backend] = (stays[pick.backend] ?? 0) + event.at - pick.at;
	});
	engine.runUntil(to);
	const perSecond = (id: string): number => (1000 * (picks[id] ?? 0)) / (to - from);
	const stay = (id: string): number => (stays[id] ?? 0) / (picks[id] ?? 0);
	expect(perSecond('B').toFixed(0)).toBe('6');
	for (const id of ['A', 'C', 'D']) {
		expect(Math.abs(perSecond(id) - 15)).toBeLessThan(1);
		expect(stay('B') / stay(id)).toBeGreaterThan(2.5);
		expect(stay('B') / stay(id)).toBeLessThan(3.5);
	}
});

test('lesson 5: the office’s address becomes 3797, 2633 and 2792, and so falls to A', () => {
	const steps = [11, 0, 0].reduce<number[]>(
		(numbers, octet) => [...numbers, (113 * (numbers.at(-1) ?? 89) + octet) % 6271],
		[]
	);
	expect(steps).toEqual([3797, 2633, 2792]);
	expect(ipHash('11.0.0.0')).toBe(2792);
	expect(2792 % 4).toBe(0);
});

test('lesson 10: the followed address leaves C for B by the remainder, and lies before B on the ring', () => {
	expect(followedClient(lessonOf(10))).toBe('11.166.109.19');
	expect(ipHash('11.166.109.19')).toBe(2846);
	expect([2846 % 4, 2846 % 5]).toEqual([2, 1]);
	expect(inHundred(hashKey('11.166.109.19'))).toBe('38.0');
});

test('lesson 10: with one point each, E lands just before A', () => {
	const four = [
		['C', '3.8'],
		['D', '22.7'],
		['B', '81.5'],
		['A', '96.3']
	];
	expect(circleOf(['A', 'B', 'C', 'D'])).toEqual(four);
	expect(circleOf(['A', 'B', 'C', 'D', 'E'])).toEqual(four.toSpliced(3, 0, ['E', '95.9']));
});
