import type { Words } from '#balancer/random.ts';
import type { Millis } from '#balancer/strategy.ts';
import { Draws, lawOf } from './law.ts';
import type { Scenario } from './scenario.ts';

/** How long a hop takes, one way. */
export class Network {
	#mean: Millis;
	#inClient: boolean;
	#draws: Draws | undefined;
	/** The last one asked for: a number that a call hands over may have to be allocated. */
	ms: Millis = NaN;

	constructor({ hopMs, cv, inClient }: Scenario['network'], random: Words) {
		this.#mean = hopMs;
		this.#inClient = inClient;
		if (cv > 0) this.#draws = new Draws(lawOf({ law: 'lognormal', cv }), random, hopMs);
	}

	/** Between a client and its gate, into `ms`. */
	clientHop(): void {
		if (this.#inClient) this.ms = 0;
		else this.hop();
	}

	/** Between a gate and a server, into `ms`. */
	hop(): void {
		if (this.#draws === undefined) this.ms = this.#mean;
		else this.#draw(this.#draws);
	}

	#draw(draws: Draws): void {
		draws.draw();
		this.ms = draws.drawn;
	}
}
