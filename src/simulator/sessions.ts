import type { Millis } from '#balancer/strategy.ts';
import type { Metrics } from '#record/metrics.ts';
import type { Scenario } from './scenario.ts';
import type { Server } from './server.ts';

/**
 * What a client's session costs: in a server's memory it is there or must be had anew; in a store that all servers
 * ask, it is always there and always costs a little.
 */
export class Sessions {
	#spec: NonNullable<Scenario['sessions']>;
	#metrics: Metrics;

	constructor(spec: NonNullable<Scenario['sessions']>, metrics: Metrics) {
		this.#spec = spec;
		this.#metrics = metrics;
	}

	/** Further work here, now, for a request of this client, sent at `sentAt`. */
	extraWork(server: Server, session: string, sentAt: Millis, now: Millis): Millis {
		const { kept, missMs, storeMs } = this.#spec;
		if (kept === 'store') return storeMs;
		if (server.sessions.has(session)) return 0;
		server.sessions.add(session);
		this.#metrics.hearSessionMiss(now, sentAt);
		return missMs;
	}
}
