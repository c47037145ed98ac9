import { expect, test } from 'vitest';
import { nextStep, startingLimit, startingShare } from '#balancer/slow-start.ts';

const tenSeconds = { ms: 10_000 };

test('startingShare climbs from a sixteenth to all, in whole seconds', () => {
	const sixteenths = Array.from({ length: 12 }, (_, s) => 16 * startingShare(s * 1000, tenSeconds));
	expect(sixteenths).toEqual([1, 2, 4, 5, 7, 9, 10, 12, 13, 15, 16, 16]);
	expect(startingShare(1999, tenSeconds)).toBe(startingShare(1000, tenSeconds));
});

test('startingShare is all at the end, even of half a second', () => {
	for (const ms of [500, 1500, 2700]) expect(startingShare(ms, { ms })).toBe(1);
});

test('startingShare is never above all, nor does it fall', () => {
	for (const ms of [500, 1000, 2500, 60_000, 61_000]) {
		let before = 0;
		for (let at = 0; at <= ms + 2000; at += 250) {
			const share = startingShare(at, { ms });
			expect(share).toBeGreaterThanOrEqual(before);
			expect(share).toBeLessThanOrEqual(1);
			before = share;
		}
		expect(before).toBe(1);
	}
});

test('startingLimit grows with the time, from 1', () => {
	const limits = [0, 500, 1000, 5000, 9999, 10_000].map((at) => startingLimit(20, at, tenSeconds));
	expect(limits).toEqual([1, 1, 2, 10, 18, 20]);
	expect(startingLimit(Infinity, 0, tenSeconds)).toBe(Infinity);
});

test('nextStep looks again every second, however long the whole takes', () => {
	expect([0, 500, 1000, 9500].map((at) => nextStep(at, tenSeconds))).toEqual([1000, 1000, 2000, 10_000]);
	expect([0, 3000, 59_000].map((at) => nextStep(at, { ms: 60_000 }))).toEqual([1000, 4000, 60_000]);
	expect(nextStep(0, { ms: 300 })).toBe(300);
});
