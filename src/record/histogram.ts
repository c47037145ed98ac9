/** Bins for each doubling: a value is known to 0.8 % before interpolation. */
const perOctave = 128;
const lowest = -10;
const octaves = 36;

/**
 * Counts of positive values in log-linear bins, from 2^-10 to 2^26 (for milliseconds: a microsecond to 18 hours);
 * values outside go to the first or last bin. 18 kB, one increment for each value.
 */
export class Histogram {
	readonly counts = new Uint32Array(perOctave * octaves);
	total = 0;
	/** Bins in use lie between these two, so nobody walks over all of them. */
	#first = perOctave * octaves;
	#last = -1;

	record(value: number): void {
		const bin = binOf(value);
		this.counts[bin] = (this.counts[bin] ?? 0) + 1;
		this.total++;
		if (bin < this.#first) this.#first = bin;
		if (bin > this.#last) this.#last = bin;
	}

	add(other: Histogram): void {
		if (other.total === 0) return;
		for (let bin = other.#first; bin <= other.#last; bin++) {
			this.counts[bin] = (this.counts[bin] ?? 0) + (other.counts[bin] ?? 0);
		}
		this.total += other.total;
		this.#first = Math.min(this.#first, other.#first);
		this.#last = Math.max(this.#last, other.#last);
	}

	/** How many recorded values are at or below `value`, those of its own bin taken as evenly placed; the inverse of `valueAt`. */
	countTo(value: number): number {
		const bin = binOf(value);
		let below = 0;
		for (let i = this.#first; i < bin && i <= this.#last; i++) below += this.counts[i] ?? 0;
		const from = edgeOf(bin);
		const within = Math.min(1, Math.max(0, (value - from) / (edgeOf(bin + 1) - from)));
		return below + within * (this.counts[bin] ?? 0);
	}

	/** What was recorded since `earlier`, a copy of this one, was taken. */
	since(earlier: Histogram): Histogram {
		const later = new Histogram();
		later.add(this);
		for (let bin = earlier.#first; bin <= earlier.#last; bin++)
			later.counts[bin] = (later.counts[bin] ?? 0) - (earlier.counts[bin] ?? 0);
		later.total -= earlier.total;
		return later;
	}

	clear(): void {
		if (this.total === 0) return;
		this.counts.fill(0, this.#first, this.#last + 1);
		this.total = 0;
		this.#first = this.counts.length;
		this.#last = -1;
	}

	/** The value that has `rank` (from 1) recorded values at or below it, placed evenly within its bin; NaN when there are fewer. */
	valueAt(rank: number): number {
		let below = 0;
		for (let bin = this.#first; bin <= this.#last; bin++) {
			const count = this.counts[bin] ?? 0;
			if (below + count >= rank && count > 0) {
				const from = edgeOf(bin);
				return from + ((edgeOf(bin + 1) - from) * (rank - below - 0.5)) / count;
			}
			below += count;
		}
		return NaN;
	}
}

/** The latency that a share `p` did not exceed; failures rank above every latency. Infinity among them, NaN of nothing. */
export function percentileOf(latencies: Histogram, failures: number, p: number): number {
	const n = latencies.total + failures;
	if (n === 0) return NaN;
	const rank = Math.max(1, Math.ceil(p * n));
	return rank > latencies.total ? Infinity : latencies.valueAt(rank);
}

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const highWord = littleEndian ? 1 : 0;

/** The exponent and the first seven bits of the fraction, read from the number itself, are the bin. */
function binOf(value: number): number {
	bits[0] = value;
	const bin = ((words[highWord] ?? 0) >>> 13) - (1023 + lowest) * perOctave;
	return bin < 0 || !(value > 0) ? 0 : Math.min(bin, perOctave * octaves - 1);
}

function edgeOf(bin: number): number {
	return 2 ** (lowest + Math.floor(bin / perOctave)) * (1 + (bin % perOctave) / perOctave);
}
