import type { Cluster } from '#balancer/cluster.ts';
import type { Backend } from '#balancer/strategy.ts';

/**
 * Connections that are kept open: a balancer that works connection by connection picks once for each, and all that a
 * client sends over it goes to one server.
 */
export class Connections {
	#requests: number;
	#open = new Map<string, { readonly backend: Backend; left: number }>();

	/** So many requests go over one connection. */
	constructor(requests: number) {
		this.#requests = requests;
	}

	/** The server at the other end; undefined when a new connection is due. */
	backendOf(key: string, cluster: Cluster): Backend | undefined {
		const connection = this.#open.get(key);
		if (connection === undefined || connection.left === 0) return undefined;
		return cluster.available.includes(connection.backend) ? connection.backend : undefined;
	}

	/** A request goes there: over the connection that is open, or over a new one. */
	use(key: string, backend: Backend): void {
		const connection = this.#open.get(key);
		if (connection === undefined || connection.left === 0 || connection.backend !== backend)
			this.#open.set(key, { backend, left: this.#requests - 1 });
		else connection.left--;
	}
}
