import type { Millis } from '#balancer/strategy.ts';
import type { Attempt } from './attempt.ts';

/** Attempts in the order in which they were sent, each told once it takes long: one timer for all, since all may take equally long. */
export class Hedges {
	readonly afterMs: Millis;
	#now: () => Millis;
	#line = new Set<Attempt>();
	#timer: NodeJS.Timeout | undefined;

	constructor(afterMs: Millis, now: () => Millis) {
		this.afterMs = afterMs;
		this.#now = now;
	}

	start(attempt: Attempt): void {
		this.#line.add(attempt);
		this.#watch();
	}

	/** It is answered, or over. */
	stop(attempt: Attempt): void {
		this.#line.delete(attempt);
	}

	#watch(): void {
		const [first] = this.#line;
		if (first === undefined || this.#timer !== undefined) return;
		this.#timer = setTimeout(
			() => {
				this.#timer = undefined;
				const now = this.#now();
				for (const attempt of this.#line) {
					if (attempt.at + this.afterMs > now) break;
					this.#line.delete(attempt);
					attempt.hedge();
				}
				this.#watch();
			},
			Math.max(1, first.at + this.afterMs - this.#now())
		).unref();
	}
}
