import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fingerprint } from '#record/fingerprint.ts';

function printOf(values: readonly number[]): string {
	const fingerprint = new Fingerprint();
	for (const value of values) fingerprint.add(value);
	return String(fingerprint);
}

const bits = new DataView(new ArrayBuffer(8));

/** The number with one of its 64 bits turned over. */
function flipped(value: number, bit: number): number {
	bits.setFloat64(0, value);
	const byte = bit >> 3;
	bits.setUint8(byte, bits.getUint8(byte) ^ (1 << (bit & 7)));
	return bits.getFloat64(0);
}

test('a single bit anywhere in a log is seen at its end', () => {
	const log = Array.from({ length: 40 }, (_, index) => Math.sqrt(index) * 1000);
	const original = printOf(log);
	for (let place = 0; place < log.length; place++) {
		for (let bit = 0; bit < 64; bit++) {
			const changed = log.with(place, flipped(log[place] ?? NaN, bit));
			// Which of the many NaNs it is, the language does not promise to keep.
			if (changed.some(Number.isNaN)) continue;
			expect(printOf(changed), `bit ${String(bit)} of number ${String(place)}`).not.toBe(original);
		}
	}
});

test('order, length and the sign of zero are seen', () => {
	expect(printOf([1, 2])).not.toBe(printOf([2, 1]));
	expect(printOf([0])).not.toBe(printOf([]));
	expect(printOf([0, 0])).not.toBe(printOf([0]));
	expect(printOf([0])).not.toBe(printOf([-0]));
});

test('thousands of logs have thousands of fingerprints', () => {
	const prints = Array.from({ length: 20_000 }, (_, index) => printOf([index, index / 7]));
	expect(new Set(prints).size).toBe(20_000);
});

test('the same log gives the same fingerprint on every machine', () => {
	expect(String(new Fingerprint())).toBe('811c9dc59747b28c');
	expect(printOf([0, 1, -1, 0.1, Math.PI, 1e300, -Infinity])).toBe('d4d774b9a4e8bd46');
	const whole = new Fingerprint();
	for (const value of [0, 1, -1, 2 ** 31, 2 ** 32 - 1]) whole.addWhole(value);
	expect(String(whole)).toBe('3430e1bb6af0c440');
});

test('sixteen hexadecimal digits, always', () => {
	fc.assert(
		fc.property(fc.array(fc.double()), (log) => {
			expect(printOf(log)).toMatch(/^[0-9a-f]{16}$/);
		}),
		{ seed: 1 }
	);
});
