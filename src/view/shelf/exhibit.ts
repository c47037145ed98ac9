import type { Because, Millis, Space } from '#balancer/strategy.ts';

/**
 * What a strategy's picture shows: turn (a wheel), chance (a tally against fair shares), load (who has how many in
 * flight) or key (who owns which key).
 */
export type Family = 'turn' | 'chance' | 'load' | 'key';

/** One request as the roll draws it: a line on its server's staff. Times are of the piece. */
export interface Note {
	/** Place of the server among the piece's servers. */
	readonly server: number;
	readonly from: Millis;
	readonly to: Millis;
}

/** A server as a frame finds it, after what happened. */
export interface ServerFrame {
	readonly id: string;
	readonly weight: number;
	readonly away: boolean;
	readonly inflight: number;
	/** Requests it may hold at once; Infinity without a limit. */
	readonly limit: number;
	/** Requests it has been given so far. */
	readonly picks: number;
	/** What the strategy believed of it just before it picked; undefined when it compares nothing. */
	readonly load: number | undefined;
	/** The number that was compared for this pick; undefined for whoever was not in question. */
	readonly figure: number | undefined;
}

/** One step of an exhibit: the start, a pick, or a server that goes or comes. */
export interface Frame {
	readonly at: Millis;
	readonly what: 'start' | 'pick' | 'away' | 'back';
	/** The server picked, gone or back; undefined at the start and when the strategy declines. */
	readonly server: number | undefined;
	/** The client whose request it was; empty unless this is a pick. */
	readonly key: string;
	readonly servers: readonly ServerFrame[];
	/** Why the strategy picked, in its own words; undefined unless this is a pick and it has some. */
	readonly because: Because | undefined;
	/** What it decides by, as it is after this step; undefined when it has nothing to draw. */
	readonly space: Space | undefined;
	/** How many times the list of servers has changed, and how many picks there were since. */
	readonly era: number;
	readonly since: number;
}

/** One round of a strategy that takes turns: who comes, in order, and after how many picks the order has settled. */
export interface Round {
	readonly turns: readonly number[];
	readonly settled: number;
}

/** A strategy's whole play of the piece. */
export interface Performance {
	readonly frames: readonly Frame[];
	readonly notes: readonly Note[];
	readonly end: Millis;
	/** What the numbers are that it compares; undefined when it compares none. */
	readonly measure: string | undefined;
	/** When the server that leaves is away. */
	readonly away: { readonly server: number; readonly from: Millis; readonly to: Millis };
}
