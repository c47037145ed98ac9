import type { Words } from '#balancer/random.ts';
import type { Millis } from '#balancer/strategy.ts';
import { Draws, lawOf } from './law.ts';
import type { Scenario } from './scenario.ts';

/** How long a hop takes, client to gate or gate to server, one way. */
export class Network {
	#mean: Millis;
	#draws: Draws | undefined;

	constructor({ hopMs, cv }: Scenario['network'], random: Words) {
		this.#mean = hopMs;
		if (cv > 0) this.#draws = new Draws(lawOf({ law: 'lognormal', cv }), random, hopMs);
	}

	hop(): Millis {
		return this.#draws === undefined ? this.#mean : this.#draws.next();
	}
}
