import type { Millis } from '#balancer/strategy.ts';

const slices = 50;

/** Counts what happened in the last `spanMs`, in fifty slices: exact to a slice, and of constant size. */
export class Recent {
	readonly spanMs: Millis;
	#counts = new Float64Array(slices);
	/** The number of the slice, since time 0, that each count belongs to. */
	#stamps = new Float64Array(slices).fill(-1);

	constructor(spanMs: Millis) {
		this.spanMs = spanMs;
	}

	add(at: Millis): void {
		const slice = this.#slice(at);
		const place = slice % slices;
		if (this.#stamps[place] !== slice) {
			this.#stamps[place] = slice;
			this.#counts[place] = 0;
		}
		this.#counts[place] = (this.#counts[place] ?? 0) + 1;
	}

	/** Know what another of the same span knows, and no more. */
	learn(other: Recent): void {
		this.#counts.set(other.#counts);
		this.#stamps.set(other.#stamps);
	}

	/** How many in the span that ends at `at`. */
	count(at: Millis): number {
		const newest = this.#slice(at);
		let sum = 0;
		for (let place = 0; place < slices; place++) {
			const stamp = this.#stamps[place] ?? -1;
			if (stamp >= 0 && stamp <= newest && stamp > newest - slices) sum += this.#counts[place] ?? 0;
		}
		return sum;
	}

	/** How many a second, over the span or over the time since 0 while that is shorter. */
	perSecond(at: Millis): number {
		const span = Math.min(this.spanMs, at);
		return span <= 0 ? 0 : (this.count(at) / span) * 1000;
	}

	#slice(at: Millis): number {
		return Math.max(0, Math.floor((at / this.spanMs) * slices));
	}
}
