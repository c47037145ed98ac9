import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fingerprint } from '#record/fingerprint.ts';

/** Who was answered, when it was sent, when it was answered, and how it ended. */
type Answer = readonly [id: number, sentAt: number, at: number, outcome: number];

function printOf(log: readonly Answer[]): string {
	const fingerprint = new Fingerprint();
	for (const answer of log) fingerprint.add(...answer);
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
	const log = Array.from({ length: 20 }, (_, id): Answer => [id, id * 10, Math.sqrt(id) * 1000, 2 * id + 1]);
	const original = printOf(log);
	log.forEach(([id, sentAt, at, outcome], place) => {
		for (let bit = 0; bit < 64; bit++) {
			const changes: Answer[] = [
				[id, flipped(sentAt, bit), at, outcome],
				[id, sentAt, flipped(at, bit), outcome]
			];
			if (bit < 32)
				changes.push([id ^ (1 << bit), sentAt, at, outcome], [id, sentAt, at, outcome ^ (1 << bit)]);
			for (const change of changes) {
				// Which of the many NaNs it is, the language does not promise to keep.
				if (change.some(Number.isNaN)) continue;
				expect(printOf(log.with(place, change)), `bit ${String(bit)} of answer ${String(place)}`).not.toBe(
					original
				);
			}
		}
	});
});

test('order, length and the sign of zero are seen', () => {
	const one: Answer = [0, 1, 2, 3];
	const other: Answer = [1, 1, 2, 3];
	const nothing: Answer = [0, 0, 0, 0];
	expect(printOf([one, other])).not.toBe(printOf([other, one]));
	expect(printOf([nothing])).not.toBe(printOf([]));
	expect(printOf([nothing, nothing])).not.toBe(printOf([nothing]));
	expect(printOf([[0, 0, -0, 0]])).not.toBe(printOf([nothing]));
});

test('thousands of logs have thousands of fingerprints', () => {
	const prints = Array.from({ length: 20_000 }, (_, id) => printOf([[id, id / 7, id / 3, 1]]));
	expect(new Set(prints).size).toBe(20_000);
});

test('the same log gives the same fingerprint on every machine', () => {
	expect(String(new Fingerprint())).toBe('811c9dc59747b28c');
	expect(
		printOf([
			[0, 0, 1, -1],
			[1, 0.1, Math.PI, 7],
			[2 ** 31, 1e300, Infinity, 2 ** 32 - 1]
		])
	).toBe('2f8024926b55eeec');
});

test('sixteen hexadecimal digits, always', () => {
	const answer = fc.tuple(fc.nat(), fc.double(), fc.double(), fc.nat());
	fc.assert(
		fc.property(fc.array(answer), (log) => {
			expect(printOf(log)).toMatch(/^[0-9a-f]{16}$/);
		}),
		{ seed: 1 }
	);
});
