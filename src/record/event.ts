import type { Because, Millis, Result } from '#balancer/strategy.ts';

/**
 * What happens to a request, told the same way by a simulation, a recording and the proxy. One request's
 * life, in order: `send` (it leaves the client) → `hold` (it waits at the gate) → `pick` (the gate chose, attempt by
 * attempt) → `queue` (it waits at the server) → `start` (a worker takes it up) → `finish` (the server is done with it) →
 * `end` (the gate has the outcome) → `answer` (the client has it). Attempts may go side by side, and one may end at the
 * gate (timed out, or wanted no more) while its server goes on. A world leaves out what it cannot see: the proxy sees no
 * `queue` inside a server.
 */
export type TraceEvent = RequestEvent | BackendEvent | StrategyEvent;

export type RequestEvent =
	/** `work` is the cost in milliseconds of one worker at speed 1, where it is known. */
	| {
			readonly kind: 'send';
			readonly at: Millis;
			readonly id: number;
			readonly key: string;
			readonly work?: Millis;
	  }
	/** When the world was asked to explain, `loads` is what the strategy believed of each candidate just before, and `because` why it picked. */
	| ({
			readonly kind: 'pick';
			readonly at: Millis;
			readonly key: string;
			readonly loads?: Loads;
			readonly because?: Because;
	  } & Attempt)
	/** It waits at the gate, because all that could take it are full; a pick follows, or an answer. */
	| { readonly kind: 'hold'; readonly at: Millis; readonly id: number; readonly attempt: number }
	/** Another attempt was to race one that takes long, and nobody had room for it: the strategy was asked, and nothing sent. */
	| { readonly kind: 'vain'; readonly at: Millis; readonly id: number; readonly attempt: number }
	| ({ readonly kind: 'queue'; readonly at: Millis } & Attempt)
	/**
	 * `work` where it is not the request's own: a call of several, or a session to be had anew. `waitMs`: for so long it
	 * waits for data before that.
	 */
	| ({
			readonly kind: 'start';
			readonly at: Millis;
			readonly work?: Millis;
			readonly waitMs?: Millis;
	  } & Attempt)
	| ({ readonly kind: 'finish'; readonly at: Millis } & Attempt)
	/** An attempt that had ended for the gate leaves its server unfinished. */
	| ({ readonly kind: 'drop'; readonly at: Millis } & Attempt)
	| ({
			readonly kind: 'end';
			readonly at: Millis;
			readonly latency: Millis;
			readonly result: Result;
			readonly reason?: Reason;
	  } & Attempt)
	/** The end of the request's life. `backend` is absent when no backend was ever picked. */
	| {
			readonly kind: 'answer';
			readonly at: Millis;
			readonly id: number;
			readonly latency: Millis;
			readonly result: Result;
			readonly backend?: string;
			readonly reason?: Reason;
	  };

interface Attempt {
	readonly id: number;
	/** Counts from 0. */
	readonly attempt: number;
	readonly backend: string;
}

/** Candidates in the strategy's order, each with its believed load. */
export type Loads = readonly (readonly [backend: string, load: number])[];

/** Why something failed, in a word that pages and logs turn into a sentence. */
export type Reason =
	| 'queue-full'
	| 'refused'
	| 'reset'
	| 'failed'
	| 'timeout'
	| 'no-backend'
	| 'declined'
	| 'queue-timeout'
	| 'shed'
	| 'client-left';

/** A slow fact about a backend: as `Cluster` knows it, or (`slow` and all below) as only its machine knows it. */
export interface BackendEvent {
	readonly kind: 'backend';
	readonly at: Millis;
	readonly backend: string;
	readonly change:
		| 'added'
		| 'removed'
		/** It is being built, and will be there in `value` milliseconds; `added` follows, or `called-off`. */
		| 'ordered'
		| 'called-off'
		| 'weight'
		| 'grown'
		| 'ready'
		| 'drain'
		| 'down'
		| 'ejected'
		| 'restored'
		| 'slow'
		| 'fail'
		| 'stop'
		| 'hang'
		| 'pause'
		| 'pace'
		| 'restart';
	/** The weight after `added`, `weight` and `grown` (by slow start), the speed after `slow`, `pace` and `restart`, the milliseconds of a `pause` and until an `ordered` one is there. */
	readonly value?: number;
	/** What else the balancer was told of it, with `added`: see `Backend`. */
	readonly limit?: number;
	readonly backup?: boolean;
	/** What stands behind it, where the world knows: told with `added` and `ordered`. */
	readonly machine?: Machine;
}

/** The size of a server: `workers` serve at once, `queue` may wait (refused beyond), `speed` 1 is nominal. */
export interface Machine {
	readonly workers: number;
	/** Where all inside share the workers evenly: how many it takes up at once. */
	readonly slots?: number;
	readonly queue: number;
	readonly speed: number;
}

/** Another strategy was put in charge. */
export interface StrategyEvent {
	readonly kind: 'strategy';
	readonly at: Millis;
	readonly name: string;
	readonly knobs: Readonly<Record<string, number>>;
	/** Seeds the strategy's own random stream. */
	readonly seed: number;
}

export type Ear = (event: TraceEvent) => void;
