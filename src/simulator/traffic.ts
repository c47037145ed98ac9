import type { Millis, Random } from '#balancer/strategy.ts';
import type { Scenario } from './scenario.ts';
import { exponential } from './work.ts';

/**
 * Open-loop arrivals: nobody waits for an answer before the next is sent. Gaps are drawn in units of the mean
 * gap and stretched by the rate, so a change of rate keeps the share of the gap that has passed already.
 */
export class Traffic {
	#gap: () => number;
	#perSecond: number;
	#units: number;
	#from: Millis = 0;
	/** When the next request is sent; Infinity at rate 0. */
	next: Millis;

	constructor({ arrivals, perSecond }: Scenario['traffic'], random: Random) {
		this.#gap = arrivals === 'steady' ? () => 1 : () => exponential(random);
		this.#perSecond = perSecond;
		this.#units = this.#gap();
		this.next = this.#due();
	}

	/** The request due at `next` was sent. */
	advance(): void {
		this.#from = this.next;
		this.#units = this.#gap();
		this.next = this.#due();
	}

	setRate(perSecond: number, at: Millis): void {
		// Rounding must not let a request be due before now.
		this.#units = Math.max(0, this.#units - ((at - this.#from) * this.#perSecond) / 1000);
		this.#from = at;
		this.#perSecond = perSecond;
		this.next = this.#due();
	}

	#due(): Millis {
		return this.#perSecond > 0 ? this.#from + (this.#units * 1000) / this.#perSecond : Infinity;
	}
}
