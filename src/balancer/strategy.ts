/**
 * The seam: the one file every other folder knows. A strategy written to it runs unchanged in the
 * simulator, in the proxy and in a replay, because it is told the time and given its randomness, and
 * because it reads the facts instead of counting for itself.
 */

/** Milliseconds since this world began: virtual in the simulator, monotonic in the proxy. */
export type Millis = number;

/** Uniform in [0, 1), like `Math.random`; seeded, one stream per purpose. */
export type Random = () => number;

/**
 * What a balancer knows of a machine without asking it. Strategies read; only `Cluster` writes.
 * `weight` is its share (a positive number, default 1), `inflight` counts the calls picked and not yet
 * ended, `since` is the instant it was added or last came back.
 */
export interface Backend {
	readonly id: string;
	readonly weight: number;
	readonly inflight: number;
	readonly since: Millis;
}

/**
 * One try at one client's request. `attempt` counts from 0; `key` is whatever affinity hangs on (the
 * client's address unless the host says otherwise). Read it during the call; do not keep it: hosts reuse the object.
 */
export interface Call {
	readonly id: number;
	readonly key: string;
	readonly attempt: number;
	readonly at: Millis;
}

/** How one call ended, seen from the balancer. `latency` is `at` minus the instant it was picked. */
export interface Outcome {
	readonly call: Call;
	readonly at: Millis;
	readonly latency: Millis;
	readonly result: Result;
}

/** `error` covers refusals, resets and 5xx; `cancelled` says the client left first, which is nobody's failure. */
export type Result = 'ok' | 'error' | 'timeout' | 'cancelled';

export interface Strategy {
	/**
	 * Choose at once from a list that is never empty; undefined declines. The array is a new one exactly
	 * when membership, weight or health changed, so `backends !== seen` is the cue to rebuild.
	 */
	pick(backends: readonly Backend[], call: Call): Backend | undefined;
	/** Told once of every call that was picked, when it ends. */
	done?(backend: Backend, outcome: Outcome): void;
	/** How loaded this strategy believes a backend to be; the page draws it beside the truth. */
	load?(backend: Backend, at: Millis): number;
}

/** One number a learner may turn. Sliders, flags and links are made from it. */
export interface Knob {
	readonly title: string;
	readonly says: string;
	readonly min: number;
	readonly max: number;
	readonly step: number;
	readonly initial: number;
	/** What the number counts: `ms`, `choices`; absent for a plain number. */
	readonly unit?: string;
}

/** All a strategy's file exports. Pickers, sliders, flags and the source view are read from this. */
export interface StrategyDefinition<K extends string = string> {
	/** As a page shows it: `Two choices`. */
	readonly title: string;
	/** The idea in one plain sentence. */
	readonly says: string;
	/** Paper, manual or upstream source, with the year. */
	readonly sources: readonly string[];
	readonly knobs: Readonly<Record<K, Knob>>;
	/** What the same thing is called in programs people run. */
	readonly elsewhere: Readonly<Partial<Record<Product, string>>>;
	create(knobs: Readonly<Record<K, number>>, random: Random): Strategy;
}

export type Product = 'haproxy' | 'nginx' | 'caddy' | 'envoy' | 'go';
