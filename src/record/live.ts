import type { StrategyChoice } from './choice.ts';
import type { TraceEvent } from './event.ts';

/** What a running proxy tells a page that watches it: JSON in server-sent events, a snapshot and then frames. */
export type LiveMessage = LiveSnapshot | LiveFrame;

/** All there is to know at once: on connecting, and again for a reader who missed frames. */
export interface LiveSnapshot extends LiveFigures {
	readonly kind: 'snapshot';
	readonly strategy: StrategyChoice;
	/** Tell a scene who is there and in which state; requests in flight are not among them. */
	readonly events: readonly TraceEvent[];
}

/** What happened since the last one. */
export interface LiveFrame extends LiveFigures {
	readonly kind: 'frame';
	/** All slow changes, and all that befell the requests that are followed. */
	readonly events: readonly TraceEvent[];
	/** Requests that came meanwhile and are not followed, because more came than an eye can see; they are counted all the same. */
	readonly left: number;
}

/** Exact, however few of the requests are shown. */
export interface LiveFigures {
	/** Milliseconds since the proxy began: the clock of the events. */
	readonly at: number;
	/** Requests that wait because all backends are full. */
	readonly waiting: number;
	readonly totals: LiveTotals;
	readonly backends: readonly LiveBackend[];
}

export interface LiveTotals {
	/** Requests that are over, and those of them that were answered with 5xx or not at all. */
	readonly over: number;
	readonly failed: number;
	/** Clients that left before they had their answer. */
	readonly left: number;
}

export interface LiveBackend {
	readonly id: string;
	readonly url: string;
	readonly weight: number;
	/** Requests it may have at once; null: any number. */
	readonly limit: number | null;
	readonly backup: boolean;
	/** What a person wants of it. */
	readonly wanted: 'ready' | 'drain' | 'maint';
	/** As the balancer has it; `ejected` after failures in a row. */
	readonly state: 'ready' | 'drain' | 'down' | 'ejected';
	/** What active checks say of it; null where there are none. */
	readonly checks: 'up' | 'down' | null;
	readonly inflight: number;
	/** Requests that ended there, and those of them that failed. */
	readonly over: number;
	readonly failed: number;
	/** Seconds until the first byte of its answers, in all: divide by `over`. */
	readonly firstByteSum: number;
	/** How loaded the strategy believes it to be; null where it has no opinion. */
	readonly belief: number | null;
	/** Whether its machine runs, for demo servers in the same process; null for any other. */
	readonly running: boolean | null;
}
