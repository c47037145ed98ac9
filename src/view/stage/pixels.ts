import type { Stamp } from './stamp.ts';

/** Pixels a stamp may lie between two of the screen's, each way: so many steps. */
export const phases = 2;

/**
 * A picture that is stamped together. To copy a hundred ready pixels costs a tenth of what a canvas takes to fill an arc without
 * a graphics card, and gives the same picture everywhere. Lengths are the device's pixels.
 */
export class Pixels {
	readonly width: number;
	readonly height: number;
	/** Straight alpha, as an ImageData has it. */
	readonly bytes: Uint8ClampedArray<ArrayBuffer>;
	/** The same, a pixel each: alpha, blue, green, red from the highest byte down, on every machine with a browser. */
	#words: Uint32Array<ArrayBuffer>;
	#top: number;
	#bottom = 0;
	#dirtyTop = 0;
	#dirtyBottom = 0;

	constructor(width: number, height: number) {
		this.width = width;
		this.height = height;
		this.#words = new Uint32Array(width * height);
		this.bytes = new Uint8ClampedArray(this.#words.buffer);
		this.#top = height;
		this.#dirtyBottom = height;
	}

	/** The rows that may be other than at the last `clear`: from, and up to. */
	get dirty(): readonly [from: number, to: number] {
		return [Math.min(this.#dirtyTop, this.#top), Math.max(this.#dirtyBottom, this.#bottom)];
	}

	clear(): void {
		this.#dirtyTop = this.#top;
		this.#dirtyBottom = this.#bottom;
		if (this.#bottom > this.#top) this.#words.fill(0, this.#top * this.width, this.#bottom * this.width);
		this.#top = this.height;
		this.#bottom = 0;
	}

	/** Lay a stamp down with its middle at a point; of a ring only what lies up to `turn`, of 255. */
	stamp(stamp: Stamp, x: number, y: number, turn = 255): void {
		const { size, solid, offsets, pixels, upTo } = stamp;
		const { width, height } = this;
		const words = this.#words;
		const middle = y * width + x;
		const top = Math.max(0, y - size);
		const bottom = Math.min(height, y + size + 1);
		if (top >= bottom) return;
		if (top < this.#top) this.#top = top;
		if (bottom > this.#bottom) this.#bottom = bottom;
		const count = upTo === undefined ? pixels.length : (upTo[Math.floor(turn)] ?? 0);
		if (top > y - size || bottom < y + size + 1 || x < size || x + size >= width) {
			this.#stampInside(stamp, x, y, count);
			return;
		}
		let i = 0;
		for (; i < solid; i++) words[middle + (offsets[i] ?? 0)] = pixels[i] ?? 0;
		for (; i < count; i++) {
			const place = middle + (offsets[i] ?? 0);
			const lower = words[place] ?? 0;
			words[place] = lower === 0 ? (pixels[i] ?? 0) : over(pixels[i] ?? 0, lower);
		}
	}

	/** Where the picture's edge cuts it. */
	#stampInside({ offsets, pixels }: Stamp, x: number, y: number, count: number): void {
		const words = this.#words;
		for (let i = 0; i < count; i++) {
			const offset = offsets[i] ?? 0;
			const place = y * this.width + x + offset;
			if (this.#isInside(offset, x, y)) words[place] = over(pixels[i] ?? 0, words[place] ?? 0);
		}
	}

	#isInside(offset: number, x: number, y: number): boolean {
		const row = Math.round(offset / this.width);
		const column = x + offset - row * this.width;
		return column >= 0 && column < this.width && y + row >= 0 && y + row < this.height;
	}
}

/** By the upper's alpha and then the lower's: how opaque both are together, and the upper's part of their colour in 256ths. */
const together = new Uint8Array(65_536);
const shares = new Uint16Array(65_536);
for (let a = 1; a < 256; a++) {
	for (let under = 0; under < 256; under++) {
		const alpha = Math.round(a + (under * (255 - a)) / 255);
		together[(a << 8) | under] = alpha;
		shares[(a << 8) | under] = Math.round((256 * a) / alpha);
	}
}

/** One pixel that is not empty upon another, both with straight alpha. */
export function over(upper: number, lower: number): number {
	const a = upper >>> 24;
	if (a === 255 || lower === 0) return upper;
	const place = (a << 8) | (lower >>> 24);
	const alpha = together[place] ?? 0;
	const share = shares[place] ?? 0;
	const rest = 256 - share;
	// Red and blue in one go: between them is room for what green leaves.
	const redBlue = (Math.imul(upper & 0xff00ff, share) + Math.imul(lower & 0xff00ff, rest)) >>> 8;
	const green = Math.imul((upper >>> 8) & 0xff, share) + Math.imul((lower >>> 8) & 0xff, rest);
	return ((alpha << 24) | (redBlue & 0xff00ff) | (green & 0xff00)) >>> 0;
}
