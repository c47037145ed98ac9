import type { Cluster } from './cluster.ts';
import type { Backend } from './strategy.ts';

/**
 * Who went where: a client goes there again as long as that backend may be chosen, and the strategy is not asked
 * (HAProxy's `cookie insert` and `stick on`, NGINX Plus's `sticky`). At most so many clients are remembered; whoever
 * has not come for longest is forgotten first.
 */
export class Stickiness {
	#cluster: Cluster;
	#most: number;
	#backends = new Map<string, Backend>();

	constructor(cluster: Cluster, most = 100_000) {
		this.#cluster = cluster;
		this.#most = most;
	}

	/** Where this client belongs; undefined when it is new or its backend may not be chosen now. */
	backendOf(key: string): Backend | undefined {
		const backend = this.#backends.get(key);
		return backend !== undefined && this.#cluster.available.includes(backend) ? backend : undefined;
	}

	/** It went there. */
	learn(key: string, backend: Backend): void {
		this.#backends.delete(key);
		this.#backends.set(key, backend);
		if (this.#backends.size <= this.#most) return;
		const [oldest] = this.#backends.keys();
		if (oldest !== undefined) this.#backends.delete(oldest);
	}
}
