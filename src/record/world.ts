import type { Millis, Result } from '#balancer/strategy.ts';
import type { Ear, Reason } from './event.ts';

/** A request handed to a world from outside, as a real `fetch` does. */
export interface Wish {
	readonly key: string;
	readonly path: string;
}

/** What became of it, in that world's own time. */
export interface Reply {
	readonly id: number;
	readonly result: Result;
	readonly latency: Millis;
	/** When the client had the answer. */
	readonly at: Millis;
	readonly backend?: string;
	readonly reason?: Reason;
}

/** Where requests go and what became of them; a page does not ask whether it is virtual. */
export interface World {
	send(wish: Wish): Promise<Reply>;
	/** Hear all that happens from now on; call what is returned to stop. */
	listen(ear: Ear): () => void;
}
