import type { Backend, Call, Millis, Result } from '#balancer/strategy.ts';
import type { Reason } from '#record/event.ts';
import type { Reply } from '#record/world.ts';
import type { Server } from './server.ts';

/** One client's request on its way. The engine reuses these objects; `id` names the request. */
export class Request implements Call {
	id = 0;
	key = '';
	attempt = 0;
	/** When it reached the gate for this attempt. */
	at: Millis = 0;

	sentAt: Millis = 0;
	/** Milliseconds of one worker at speed 1. */
	work: Millis = 0;
	reachedAt: Millis = 0;
	startedAt: Millis = 0;
	/** Work left at `leftAt`: when a worker took it up, or when the server's speed last changed. */
	left: Millis = 0;
	leftAt: Millis = 0;
	backend: Backend | undefined;
	server: Server | undefined;
	/** Backends it has failed on. */
	tried: Backend[] = [];
	result: Result = 'ok';
	reason: Reason | undefined;
	/** Raised to call off what is planned for it. */
	stamp = 0;
	/** Its place among those being served, and the one behind it in the queue. */
	place = 0;
	behind: Request | undefined;
	/** Who waits for the answer from outside the simulation. */
	resolve: ((reply: Reply) => void) | undefined;

	begin(id: number, key: string, work: Millis, at: Millis): void {
		this.id = id;
		this.key = key;
		this.work = work;
		this.sentAt = at;
		this.attempt = 0;
		this.backend = undefined;
		this.server = undefined;
		if (this.tried.length > 0) this.tried = [];
		this.result = 'ok';
		this.reason = undefined;
	}
}
