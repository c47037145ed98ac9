import type { Words } from '#balancer/random.ts';
import type { Millis } from '#balancer/strategy.ts';
import { Draws, lawOf } from './law.ts';
import type { Scenario } from './scenario.ts';

/** How long a hop takes, one way. */
export class Network {
	#mean: Millis;
	#inClient: boolean;
	#draws: Draws | undefined;

	constructor({ hopMs, cv, inClient }: Scenario['network'], random: Words) {
		this.#mean = hopMs;
		this.#inClient = inClient;
		if (cv > 0) this.#draws = new Draws(lawOf({ law: 'lognormal', cv }), random, hopMs);
	}

	/** Between a client and its gate. */
	clientHop(): Millis {
		return this.#inClient ? 0 : this.hop();
	}

	/** Between a gate and a server. */
	hop(): Millis {
		return this.#draws === undefined ? this.#mean : this.#draws.next();
	}
}
