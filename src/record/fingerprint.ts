const numbers = new Float64Array(2);
const words = new Int32Array(numbers.buffer);

/**
 * A short text that two logs share only if they agree in every number, to the last bit: 64 bits kept in two lanes.
 * It tells runs apart; it is no cryptography.
 */
export class Fingerprint {
	readonly #lanes = Int32Array.of(0x811c9dc5, 0x9747b28c);
	private sentAt = NaN;
	private at = NaN;

	/** One request's answer; where and how it ended is a whole number of the caller's. */
	add(id: number, sentAt: number, at: number, outcome: number): void {
		// So small that it becomes a part of its caller: fractions handed over in any other call would be allocated.
		this.sentAt = sentAt;
		this.at = at;
		this.mix(id, outcome);
	}

	private mix(id: number, outcome: number): void {
		numbers[0] = this.sentAt;
		numbers[1] = this.at;
		const first = words[0] ?? 0;
		const second = words[1] ?? 0;
		const third = words[2] ?? 0;
		const fourth = words[3] ?? 0;
		const lanes = this.#lanes;
		// An odd multiple of a word differs whenever the word does, and each step after it can be undone: lanes that
		// differ once differ after every equal answer that follows.
		let a = ((lanes[0] ?? 0) + outcome) | 0;
		a = (a + Math.imul(first, 0x9e3779b1) + Math.imul(second, 0x85ebca77)) | 0;
		a = (a + Math.imul(third, 0xc2b2ae3d) + Math.imul(fourth, 0x27d4eb2f) + Math.imul(id, 0x165667b1)) | 0;
		let b = ((lanes[1] ?? 0) + Math.imul(outcome, 0x2c1b3c6d)) | 0;
		b = (b + Math.imul(first, 0x297a2d39) + Math.imul(second, 0x1b873593)) | 0;
		b = (b + Math.imul(third, 0xcc9e2d51) + Math.imul(fourth, 0x7feb352d) + id) | 0;
		lanes[0] = Math.imul(a ^ (a >>> 15), 0x01000193);
		lanes[1] = Math.imul(b ^ (b >>> 13), 0x85ebca6b);
	}

	/** 16 hexadecimal digits. */
	toString(): string {
		return Array.from(this.#lanes, (lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
	}
}
