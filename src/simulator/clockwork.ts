import type { Millis } from '#balancer/strategy.ts';
import { Agenda, type Deed } from './agenda.ts';
import type { Request } from './request.ts';
import type { Attempt } from './attempt.ts';
import type { Server } from './server.ts';

/** Something rare, such as the next look of a health check: done once, when its time has come. */
export type Task = () => void;

/** What can be planned; who it is about stands beside it. */
export const deeds = {
	/** The next request is sent. */
	arrive: 0,
	/** A request reaches its gate. */
	reachGate: 1,
	/** An attempt reaches its server. */
	reachServer: 2,
	/** A worker is done with an attempt. */
	finish: 3,
	/** The first of those who share a server is done. */
	depart: 4,
	/** An attempt is back at its gate. */
	reachGateAgain: 5,
	/** A request's answer reaches the client. */
	reachClient: 6,
	/** Word reaches a server that nobody waits for an attempt any more. */
	reachServerCancelled: 7,
	/** A failed request's pause is over. */
	tryAgain: 8,
	/** A client's patience is over. */
	leave: 9,
	task: 10
} as const satisfies Record<string, Deed>;

/** Virtual time, and what is planned in it. Everybody in a simulated world shares one. */
export class Clockwork {
	/** In an array, because a number that is kept in a field is allocated anew each time it changes. */
	#now = new Float64Array(1);
	/** Of all that is planned, how much is no more than somebody who looks again and again. */
	lookers = 0;
	/** How long after the last event somebody who looks may still bring another about. */
	settleMs: Millis = 0;
	readonly agenda = new Agenda<Request | Attempt | Server | Task>();

	get now(): Millis {
		return this.#now[0] ?? 0;
	}

	set now(at: Millis) {
		this.#now[0] = at;
	}

	/** Do this once, after a while. It cannot be called off: let it look whether it is still wanted. */
	later(delay: Millis, task: Task): void {
		this.agenda.plan(this.now + delay, deeds.task, task);
	}

	/** Do this again and again, first after one interval. `enough`: how long until it has done all that it can about what is. */
	every(interval: Millis, task: Task, enough = interval): void {
		this.settleMs = Math.max(this.settleMs, enough);
		const again = (): void => {
			this.later(interval, again);
			task();
		};
		this.lookers++;
		this.later(interval, again);
	}
}
