import type { Call, Millis, Outcome, Result } from '#balancer/strategy.ts';
import * as its from './attempt-row.ts';
import type { Attempts } from './attempts.ts';
import * as ofRequest from './request-row.ts';

/** An attempt as a strategy sees it. One object serves for all that are asked about, one after another. */
export class Asked implements Call {
	id = 0;
	attempt = 0;
	at: Millis = NaN;
	#attempts: Attempts;
	#request = 0;

	constructor(attempts: Attempts) {
		this.#attempts = attempts;
	}

	/** Looked up when somebody reads it, for many do not. */
	get key(): string {
		return this.#attempts.requests.keyOf(this.#request);
	}

	/** It is this attempt from now on. */
	is(attempt: number): void {
		const { words, fractions } = this.#attempts.memory;
		const request = words[attempt + its.request] ?? 0;
		this.#request = request;
		this.id = words[request + ofRequest.id] ?? 0;
		this.attempt = words[attempt + its.number] ?? 0;
		this.at = fractions[(attempt + its.at) >> 1] ?? NaN;
	}
}

/** How an attempt ended, as a strategy is told; used again like the other. */
export class Told implements Outcome {
	at: Millis = NaN;
	result: Result = 'ok';
	#attempts: Attempts;
	#attempt = 0;
	#call: Asked;

	constructor(attempts: Attempts) {
		this.#attempts = attempts;
		this.#call = new Asked(attempts);
	}

	/** Looked up when somebody reads it, as the latency is. */
	get call(): Asked {
		this.#call.is(this.#attempt);
		return this.#call;
	}

	get latency(): Millis {
		return this.at - (this.#attempts.memory.fractions[(this.#attempt + its.at) >> 1] ?? NaN);
	}

	is(attempt: number, now: Millis, result: Result): void {
		this.#attempt = attempt;
		this.at = now;
		this.result = result;
	}
}
