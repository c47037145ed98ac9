import type { Change, Product, Script } from './script.ts';

/** What the balancer says of all its servers together. */
export interface Counters {
	readonly serving: number;
	readonly queued: number;
}

/** A real load balancer that runs a script's configuration. */
export interface Balancer {
	/** The Unix socket it serves, where clients speak the PROXY protocol. */
	readonly door: string;
	/** Undefined where it keeps no queue and has uncounted a request before the client sees its end. */
	readonly counters?: () => Promise<Counters>;
	/** Undefined where nothing can be changed while it runs. */
	readonly apply?: (change: Change) => Promise<void>;
	stop(): Promise<void>;
}

/** How to run one product. */
export interface Dialect {
	/** The decisive part of the configuration. */
	configure(script: Pick<Script, 'strategy' | 'options' | 'servers'>): string;
	/** Start a fresh process whose files are in an empty folder. */
	start(program: string, folder: string, config: string): Promise<Balancer>;
}

/** A program on this machine, and what it calls itself, such as "HAProxy 2.6.12". */
export interface Program {
	readonly product: Product;
	readonly file: string;
	readonly source: string;
}
