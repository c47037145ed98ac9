import type { Backend, Call, Millis, Result } from '#balancer/strategy.ts';
import type { Reason } from '#record/event.ts';
import type { Pooled } from './pool.ts';
import { Request } from './request.ts';
import type { Server } from './server.ts';
import type { Timed } from './timer-line.ts';

/** Where an attempt is. `gone`: it is back, and the object may be used again. */
export const places = { gate: 0, road: 1, queue: 2, worker: 3, home: 4, gone: 5 } as const;

/**
 * One try at a request, from the gate to a server and back. It may end, for the gate, before it is back: timed out, or
 * no longer wanted. Then it goes on as a ghost that nobody waits for.
 * Times are NaN before they are known: see Clockwork.
 */
export class Attempt implements Call, Timed, Pooled {
	readonly number: number;
	id = 0;
	attempt = 0;
	/** When it was at the gate. */
	at: Millis = NaN;
	request: Request = nobody;
	backend: Backend | undefined;
	server: Server | undefined;
	where: number = places.gone;
	/** The gate has its outcome. */
	ended = false;
	reachedAt: Millis = NaN;
	startedAt: Millis = NaN;
	/** All of its work here: the request's, and what this server's state adds to it. */
	work: Millis = NaN;
	/** Work left at `leftAt`: when a worker took it up, or when that worker's pace last changed. */
	left: Millis = NaN;
	leftAt: Millis = NaN;
	/** Under sharing: what each of the others had had of the workers' time when it came. */
	hadMs: Millis = NaN;
	result: Result = 'ok';
	reason: Reason | undefined;
	/** Word has come that nobody waits for it; it may have overtaken the attempt itself. */
	unwanted = false;
	/** Raised to call off what is planned for it. */
	stamp = 0;
	/** How often this object has been an attempt: word to an earlier one is void. */
	life = 0;
	/** Marks the current wait for the timeout. */
	timer = 0;
	/** Its place among those being served, and its neighbours in the queue. */
	place = 0;
	ahead: Attempt | undefined;
	behind: Attempt | undefined;

	constructor(number: number) {
		this.number = number;
	}

	get key(): string {
		return this.request.key;
	}

	begin(request: Request, at: Millis): void {
		this.id = request.id;
		this.attempt = request.attempts++;
		this.at = at;
		this.request = request;
		this.backend = undefined;
		this.server = undefined;
		this.where = places.gate;
		this.ended = false;
		this.unwanted = false;
		this.life++;
		this.startedAt = NaN;
		this.result = 'ok';
		this.reason = undefined;
	}
}

const nobody = new Request(-1, () => ({ address: '', session: '' }), 'address');
