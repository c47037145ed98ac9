import { expect, test } from 'vitest';
import { peakEwma } from '#balancer/strategies/peak-ewma.ts';
import type { Backend, Millis, Result, Strategy } from '#balancer/strategy.ts';
import { randomStream } from '#balancer/random.ts';
import { busy, callWith, scripted } from '../backends.ts';

const [a, b] = busy([0, 0]) as readonly [Backend, Backend];
const make = (failureMs = 0): Strategy => peakEwma.create({ decayMs: 1000, failureMs }, scripted());
const hear = (strategy: Strategy, backend: Backend, latency: Millis, at: Millis, result: Result = 'ok') => {
	strategy.done?.(backend, { call: callWith('', 0, at - latency), at, latency, result });
};

test('Peak EWMA believes a peak at once and forgets it as time goes by', () => {
	const strategy = make();
	hear(strategy, a, 10, 100);
	expect(strategy.load?.(a, 100)).toBe(10);
	hear(strategy, a, 500, 200);
	expect(strategy.load?.(a, 200)).toBe(500);
	expect(strategy.load?.(a, 1200)).toBeCloseTo(500 / Math.E, 10);
});

test('Peak EWMA mixes a lower latency in, the more the longer ago the last one was', () => {
	const strategy = make();
	hear(strategy, a, 500, 0);
	hear(strategy, a, 100, 1000);
	const keep = 1 / Math.E;
	expect(strategy.load?.(a, 1000)).toBeCloseTo(100 * (1 - keep) + 500 * keep, 10);
});

test('Peak EWMA multiplies by the requests in flight and this one', () => {
	const strategy = make();
	const [busyOne] = busy([3]);
	if (busyOne === undefined) throw new Error('There is one.');
	hear(strategy, busyOne, 20, 50);
	expect(strategy.load?.(busyOne, 50)).toBe(80);
});

test('Peak EWMA tries a server it has never measured, and only once until the answer', () => {
	const strategy = make();
	expect(strategy.load?.(a, 0)).toBe(0);
	const [waiting] = busy([1]);
	expect(waiting && strategy.load?.(waiting, 0)).toBe(2 ** 47);
});

test('Peak EWMA takes the lower expectation of the two it draws, the first one on a tie', () => {
	const strategy = peakEwma.create({ decayMs: 1000, failureMs: 0 }, scripted(0, 0, 0.9, 0, 0.9, 0));
	expect(strategy.pick([a, b], callWith(''))).toBe(a);
	expect(strategy.pick([a, b], callWith(''))).toBe(b);
	hear(strategy, b, 30, 30);
	expect(strategy.pick([a, b], callWith('', 0, 30))).toBe(a);
});

/** Ten requests a millisecond to two servers for a second: one needs 20 ms, the other fails at once. What the broken one got. */
function broken(failureMs: number): number {
	const strategy = peakEwma.create({ decayMs: 1000, failureMs }, randomStream(3));
	const sound = { ...a, inflight: 0 };
	const backends = [sound, b];
	const ends: number[] = [];
	let swallowed = 0;
	for (let at = 0; at < 1000; at += 0.1) {
		for (let end = ends[0]; end !== undefined && end <= at; end = ends[0]) {
			ends.shift();
			sound.inflight--;
			hear(strategy, sound, 20, at);
		}
		const picked = strategy.pick(backends, callWith('', 0, at));
		if (picked === b) {
			swallowed++;
			hear(strategy, b, 0.1, at, 'error');
		} else {
			sound.inflight++;
			ends.push(at + 20);
		}
	}
	return swallowed / 10_000;
}

test('Peak EWMA falls for a server that fails fast, and a failure that counts as slow mends it', () => {
	expect(broken(0)).toBeGreaterThan(0.9);
	expect(broken(10_000)).toBeLessThan(0.1);
});

test('Peak EWMA takes what a cancelled request had waited only as bad news', () => {
	const strategy = make();
	hear(strategy, a, 100, 0);
	hear(strategy, a, 5, 500, 'cancelled');
	expect(strategy.load?.(a, 500)).toBeCloseTo(100 * Math.exp(-0.5), 10);
	hear(strategy, a, 900, 1000, 'cancelled');
	expect(strategy.load?.(a, 1000)).toBe(900);
});
