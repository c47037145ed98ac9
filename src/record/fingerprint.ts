const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);

/**
 * A short text that two logs share only if they agree in every number, to the last bit: 64 bits kept in two
 * multiplicative lanes. It tells runs apart; it is no cryptography.
 */
export class Fingerprint {
	// Whole numbers of 32 bits from the beginning: others would be kept as floating point.
	#a = 0x811c9dc5 | 0;
	#b = 0x9747b28c | 0;

	/** Any number. */
	add(value: number): void {
		bits[0] = value;
		const first = words[0] ?? 0;
		const second = words[1] ?? 0;
		this.#a = mixA(mixA(this.#a, first), second);
		this.#b = mixB(mixB(this.#b, first), second);
	}

	/** A whole number of 32 bits, at a third of the price. */
	addWhole(value: number): void {
		this.#a = mixA(this.#a, value);
		this.#b = mixB(this.#b, value);
	}

	/** One request's outcome; where and how it ended is a whole number of the caller's. */
	addAnswer(id: number, sentAt: number, at: number, outcome: number): void {
		bits[0] = at;
		let a = mixA(mixA(this.#a, words[0] ?? 0), words[1] ?? 0);
		let b = mixB(mixB(this.#b, words[0] ?? 0), words[1] ?? 0);
		bits[0] = sentAt;
		a = mixA(mixA(a, words[0] ?? 0), words[1] ?? 0);
		b = mixB(mixB(b, words[0] ?? 0), words[1] ?? 0);
		this.#a = mixA(mixA(a, id), outcome);
		this.#b = mixB(mixB(b, id), outcome);
	}

	/** 16 hexadecimal digits. */
	toString(): string {
		return [this.#a, this.#b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
	}
}

// Each step can be undone, so two lanes that differ after a word differ after every equal word that follows.
function mixA(lane: number, word: number): number {
	const mixed = Math.imul(lane ^ word, 0x01000193);
	return mixed ^ (mixed >>> 15);
}

function mixB(lane: number, word: number): number {
	const mixed = Math.imul(lane ^ word, 0x85ebca6b);
	return mixed ^ (mixed >>> 13);
}
