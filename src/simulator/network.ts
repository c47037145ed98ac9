import type { Words } from '#balancer/random.ts';
import type { Millis } from '#balancer/strategy.ts';
import { drawer, lawOf } from './law.ts';
import type { Scenario } from './scenario.ts';

/** How long a hop takes, client to gate or gate to server, one way. */
export class Network {
	#mean: Millis;
	#draw: (() => number) | undefined;

	constructor({ hopMs, cv }: Scenario['network'], random: Words) {
		this.#mean = hopMs;
		if (cv > 0) this.#draw = drawer(lawOf({ law: 'lognormal', cv }), random);
	}

	hop(): Millis {
		return this.#draw === undefined ? this.#mean : this.#mean * this.#draw();
	}
}
