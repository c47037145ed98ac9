/** What is asked of a load balancer: a golden recording without its answers (src/record/golden.ts reads both). */
export interface Script {
	readonly format: 1;
	readonly id: string;
	readonly product: Product;
	readonly strategy: string;
	readonly options: Options;
	readonly servers: readonly ServerLine[];
	readonly input: 'none' | 'src' | 'uri' | 'key' | 'header';
	readonly steps: readonly Step[];
}

export type Product = 'haproxy' | 'nginx';
export const products: readonly Product[] = ['haproxy', 'nginx'];

/** Only what differs from the program's default. */
export interface Options {
	readonly hashType?: 'map-based' | 'consistent';
	readonly hashFunction?: 'sdbm' | 'djb2' | 'wt6' | 'crc32';
	readonly avalanche?: boolean;
	/** Percent, above 100. */
	readonly hashBalanceFactor?: number;
	readonly whole?: boolean;
	readonly depth?: number;
	readonly len?: number;
	readonly header?: string;
	readonly param?: string;
	readonly draws?: number;
	readonly consistent?: boolean;
	readonly retries?: number;
	readonly redispatch?: boolean;
	/** -1 is `option redispatch` without a number. */
	readonly redispatchInterval?: number;
	readonly fullconn?: number;
	readonly allbackups?: boolean;
	/** Seconds; for every server. */
	readonly slowstart?: number;
	/** Milliseconds. */
	readonly queueTimeout?: number;
}

export interface ServerLine {
	readonly name: string;
	readonly weight: number;
	/** Of 127.0.0.0/8, with a port. */
	readonly address: string;
	readonly id?: number;
	readonly maxconn?: number;
	readonly minconn?: number;
	readonly backup?: boolean;
	readonly down?: boolean;
	readonly maxFails?: number;
	/** Seconds. */
	readonly failTimeout?: number;
}

/** What a request carries; null is a header left out. */
export type Input = string | null;

export type Step =
	| { readonly op: 'requests'; readonly count: number }
	| { readonly op: 'requests'; readonly inputs: readonly Input[] }
	| { readonly op: 'start'; readonly id: string; readonly input?: Input }
	| { readonly op: 'finish'; readonly id: string }
	| Change
	| { readonly op: 'refuse' | 'accept'; readonly server: string }
	| { readonly op: 'sleep'; readonly seconds: number };

/** A change that the balancer itself is told of. */
export type Change =
	| { readonly op: 'down' | 'up' | 'drain'; readonly server: string }
	| { readonly op: 'weight'; readonly server: string; readonly weight: number };

/** A script with what the real program did. */
export interface Recording extends Omit<Script, 'product'> {
	/** Program and version, such as "HAProxy 2.6.12". */
	readonly source: string;
	/** The decisive part of the configuration it was given. */
	readonly config: string;
	readonly deterministic: true;
	readonly picks: readonly (string | null)[];
	readonly admitted?: readonly Admission[];
	readonly expired?: readonly Expiry[];
	readonly attempts?: readonly Attempt[];
}

/** A request that waited in a queue, and the step that let it go on. */
export interface Admission {
	readonly afterStep: number;
	readonly id: string;
	readonly server: string;
}

/** A request that waited in a queue until it gave up, and the step during which it did. */
export interface Expiry {
	readonly afterStep: number;
	readonly id: string;
}

/** Index into the picks, status, servers tried in order. */
export type Attempt = readonly [pick: number, status: number, tried: readonly string[]];
