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
 * `inflight` and `queued` change in place, at any moment; a change of any other fact makes a new list.
 */
export interface Backend {
	readonly id: string;
	/** Its number in the configuration: the one it was given, or its place from 1. Some programs hash it. */
	readonly number: number;
	/**
	 * A small whole number from 0 that it alone has as long as it is there or has calls in flight: where arrays keep what
	 * is known of it.
	 */
	readonly slot: number;
	/** `host:port` as it was configured, or the id. Some programs hash this text. */
	readonly address: string;
	/** Its share: a positive number, 1 unless told. */
	readonly weight: number;
	/** Calls it may hold at once; Infinity without a limit. Whoever is full is not on the list, unless the strategy `walks`. */
	readonly limit: number;
	/** Failures after which the host leaves it out for a while; 0: never. NGINX's effective weights hang on it. */
	readonly fall: number;
	/** Calls picked and not yet ended. */
	readonly inflight: number;
	/** Calls that wait at the host for this backend and no other. */
	readonly queued: number;
	/** When it was added or last came back. */
	readonly since: Millis;
}

/**
 * One try at one client's request. `attempt` counts from 0; `key` is whatever affinity hangs on (the
 * client's address unless the host says otherwise). Empty, it is no key: a product's strategy then does what the product
 * does, by turns or by lot; to a textbook's it is a key like any other. Read it during the call; do not keep it: hosts
 * reuse the object.
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
	 * when membership, weight or health changed, so `backends !== seen` is the cue to rebuild. `tried` are the
	 * backends this request has failed on: the list is without them, unless the strategy says `walks`.
	 */
	pick(backends: readonly Backend[], call: Call, tried?: readonly Backend[]): Backend | undefined;
	/**
	 * Set by a strategy that passes over tried and full backends by a rule of its own, as a ring does: its list keeps
	 * them. If it picks one that is full, the call waits for that one where the host has a queue; else it is declined.
	 */
	readonly walks?: true;
	/** Set by a strategy that is asked even while earlier calls wait for whoever has room first; others are not. */
	readonly overtakes?: true;
	/** Set by a strategy whose table is laid out from whole weights: a slow start leaves its weights alone, and grows the limits only. */
	readonly keepsWeights?: true;
	/**
	 * Who chooses among the backups while the others are out. Of a `group` a second strategy may be in charge, where each
	 * has its own state; undefined: this one, shown whichever group it is. Where only the `first` is to stand in, nobody is
	 * asked if it is undefined; else whoever comes is shown all backups that are there.
	 */
	forBackups?(which: 'first' | 'group'): Strategy | undefined;
	/** Told of all backends but backups, available or not, when one comes, goes or changes weight: for tables that keep the places of those that are down. */
	members?(all: readonly Backend[], withBackups?: readonly Backend[]): void;
	/**
	 * Told of each new list at once, empty or not, and not only by the next pick: for strategies to whom the order of
	 * the changes matters, as it does to HAProxy's round robin.
	 */
	changed?(backends: readonly Backend[], at: Millis): void;
	/** Told when a backend's counts moved without a pick: a waiting call was let in, began to wait for it or gave up; or when its limit grew. */
	counted?(backend: Backend): void;
	/** Told once of every call that was picked, when it ends. */
	done?(backend: Backend, outcome: Outcome): void;
	/** How loaded this strategy believes a backend to be; the page draws it beside the truth. */
	load?(backend: Backend, at: Millis): number;
	/**
	 * Why `picked`: asked only when somebody wants to know, straight after the pick, with the same list, and before the
	 * call is counted. It tells and changes nothing: no lot is drawn, no turn taken.
	 */
	because?(
		picked: Backend,
		backends: readonly Backend[],
		call: Call,
		tried?: readonly Backend[]
	): Because | undefined;
	/** What it decides by, laid out to be drawn, for this list, the last it was shown. Not for every pick: it may be long. */
	space?(backends: readonly Backend[]): Space;
}

/** Why a pick fell on whom it did. */
export interface Because {
	/** A sentence or two with the numbers that decided. */
	readonly says: string;
	/** The numbers that were compared, of those who were in question, in the strategy's order. */
	readonly figures?: Figures;
	/** Which piece of the strategy's `space` decided, and where in it the key or the lot fell, from 0 to 1, if that is known. */
	readonly mark?: Mark;
}

export interface Mark {
	readonly piece: number;
	readonly at?: number;
}

export interface Figures {
	/** What each number is: `in flight`, `ms expected`. */
	readonly measure: string;
	readonly of: readonly (readonly [backend: string, figure: number])[];
}

/**
 * What a strategy decides by: points on a circle, slots of a table, a row cut into lengths, servers that stand in line.
 * `owners` are places in `backends`, one for each piece; `ends` are where pieces lie or end, from 0 to 1, ascending.
 */
export type Space =
	| {
			readonly kind: 'ring' | 'row';
			/** On this ring a key belongs to the nearest point, on either side; on others to the next. */
			readonly nearest?: true;
			/** What a row measures from end to end, as the sum of the weights; absent where nobody counts along it. */
			readonly length?: number;
			readonly backends: readonly Backend[];
			readonly owners: ArrayLike<number>;
			readonly ends: ArrayLike<number>;
	  }
	| {
			readonly kind: 'table' | 'line';
			readonly backends: readonly Backend[];
			readonly owners: ArrayLike<number>;
	  };

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
	/** Words for 0, 1, 2 …: the knob is a choice among these, from 0 in steps of 1. */
	readonly names?: readonly string[];
}

/** All a strategy's file exports. Pickers, sliders, flags and the source view are read from this. */
export interface StrategyDefinition<K extends string = string> {
	/** As a page shows it: `Two choices`. */
	readonly title: string;
	/** The idea in one plain sentence. */
	readonly says: string;
	/** What a pick costs, and what is kept for it, in one sentence: `O(n) a pick; one number a backend.` */
	readonly cost: string;
	/** When not to use it, in one sentence. */
	readonly fails: string;
	/** Paper, manual or upstream source, with the year. */
	readonly sources: readonly string[];
	readonly knobs: Readonly<Record<K, Knob>>;
	/** What the same thing is called in programs people run. */
	readonly elsewhere: Readonly<Partial<Record<Product, string>>>;
	/** Up to how many backends it is offered: stated where a pick looks at all of them. */
	readonly most?: number;
	create(knobs: Readonly<Record<K, number>>, random: Random): Strategy;
}

export type Product = 'haproxy' | 'nginx' | 'caddy' | 'envoy' | 'go';
