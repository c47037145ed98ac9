import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HearWhy } from '#balancer/cluster.ts';
import { isFull } from '#balancer/full.ts';
import { nextTry, type RetryRules } from '#balancer/retry.ts';
import type { Backend, Millis, Result } from '#balancer/strategy.ts';
import type { Reason, TraceEvent } from '#record/event.ts';
import { answer, apology } from './answers.ts';
import { Attempt } from './attempt.ts';
import type { Outgoing } from './connection.ts';
import type { Admitted } from './guard.ts';
import { addForwarding, type ForwardingRules, type Origin } from './headers.ts';
import type { Roster } from './roster.ts';
import type { Finished } from './server.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** What an exchange needs of the proxy it passes through. Some of it may be another thing for the next request. */
export interface Gate {
	readonly roster: Roster;
	room: WaitingRoom;
	forwarding: ForwardingRules;
	/** `retries` is how often a request whose bytes may have reached a backend is sent again; only where that is safe. */
	retry: RetryRules;
	/** True once no new connections are wanted: every answer then ends its own. */
	readonly closing: boolean;
	/** False spares the making of events nobody hears. */
	readonly heard: boolean;
	/** Which requests' picks are to say why. */
	explain: ((id: number) => boolean) | undefined;
	now(): Millis;
	tell(event: TraceEvent): void;
	/** The request is over. */
	finished(request: Finished): void;
}

/** Who asks. */
export interface Asker {
	/** The request's number. */
	readonly id: number;
	/** The client's address, whoever stands between. */
	readonly client: string;
	/** What affinity hangs on; the client's address unless the proxy was told otherwise. */
	readonly key: string;
	readonly origin: Origin;
}

/** Sending them twice leaves the same state as once (RFC 9110 9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * One request of one client, from its arrival to its answer, with as many attempts as it takes. Everything that
 * ends an attempt goes through `Attempt.#end`, once, so the cluster's counts cannot drift.
 */
export class Exchange implements Finished {
	readonly id: number;
	readonly client: string;
	readonly key: string;
	readonly req: IncomingMessage;
	readonly res: ServerResponse;
	readonly gate: Gate;
	readonly request: Outgoing;
	/** The client waits for `100 Continue` before it sends its body. */
	readonly expectsContinue: boolean;
	/** The client's bare connection, when it asked for a WebSocket. */
	readonly socket: Socket | undefined;
	/** Of the answer's body, so far. */
	bytes = 0;
	firstByte: Millis | undefined;
	/** From its arrival to its end; 0 before. */
	latency: Millis = 0;
	readonly #sentAt: Millis;
	#tried: Backend[] = [];
	#current: Attempt | undefined;
	/** The attempt that waits for room, and whether a connection of its own is due. */
	#waiting: Attempt | undefined;
	#fresh = false;
	#resent = 0;
	#result: Result = 'ok';
	#reason: Reason | undefined;
	#answered = false;

	constructor(
		gate: Gate,
		{ id, client, key, origin }: Asker,
		req: IncomingMessage,
		res: ServerResponse,
		admitted: Admitted,
		options: { expectsContinue?: boolean; socket?: Socket } = {}
	) {
		this.gate = gate;
		this.id = id;
		this.client = client;
		this.key = key;
		this.req = req;
		this.res = res;
		this.expectsContinue = options.expectsContinue ?? false;
		this.socket = options.socket;
		addForwarding(admitted.headers, origin, req.httpVersion, gate.forwarding);
		this.request = {
			method: req.method ?? 'GET',
			path: admitted.path,
			headers: admitted.headers,
			host: gate.forwarding.hostHeader === 'client' ? admitted.host : undefined,
			body: admitted.hasBody ? req : undefined,
			chunked: admitted.chunked,
			upgrade: options.socket !== undefined
		};
		this.#sentAt = gate.now();
	}

	get method(): string {
		return this.request.method;
	}

	get target(): string {
		return this.req.url ?? '';
	}

	get httpVersion(): string {
		return this.req.httpVersion;
	}

	get status(): number {
		return this.#reason === 'client-left' ? 499 : this.res.statusCode;
	}

	get reason(): Reason | undefined {
		return this.#reason;
	}

	get backend(): string | undefined {
		return this.#tried.at(-1)?.id;
	}

	get attempts(): number {
		return this.#tried.length;
	}

	start(): void {
		const { gate, id, key, res } = this;
		if (gate.heard) gate.tell({ kind: 'send', at: this.#sentAt, id, key });
		res.on('error', ignore);
		res.on('close', () => {
			this.closed(res.writableFinished);
		});
		this.#try(false);
	}

	/** The client's side is over. Before all was written that means: the client left. */
	closed(complete: boolean): void {
		this.#current?.cancel();
		if (this.#waiting !== undefined) this.#waiting.room.reception.leave(this.#waiting);
		this.#waiting = undefined;
		if (!complete && this.#result === 'ok') this.settle('cancelled', 'client-left');
		this.#answer();
	}

	/** The first byte of a backend's answer is here. */
	began(): void {
		this.firstByte ??= this.gate.now() - this.#sentAt;
	}

	/** How the request stands so far; what is said last is what the client saw. */
	settle(result: Result, reason: Reason | undefined): void {
		this.#result = result;
		this.#reason = reason;
	}

	/** An attempt failed: try again where that is safe, else say so. */
	failed(attempt: Attempt, reason: Reason): void {
		if (this.res.destroyed || this.res.writableEnded) return;
		// The head has left, so the only honest sign of a broken body is a broken connection (RFC 9112 8).
		// What came before it leaves first.
		if (this.res.headersSent) process.nextTick(destroy, this.res);
		else if (this.#mayTryAgain(attempt, reason)) this.#try(attempt.sent);
		else this.#apologise(reason);
	}

	#mayTryAgain(attempt: Attempt, reason: Reason): boolean {
		const {
			room: {
				reception: { cluster }
			},
			retry: { retries }
		} = this.gate;
		// Nothing was sent: any method may go elsewhere, once to each backend.
		if (!attempt.sent) return cluster.available.some((backend) => !this.#tried.includes(backend));
		if (reason !== 'reset' || this.request.body !== undefined || this.#resent === retries) return false;
		if (!idempotent.has(this.request.method)) return false;
		this.#resent++;
		return true;
	}

	#try(again: boolean): void {
		this.#fresh = again;
		this.place(new Attempt(this, this.#tried.length, this.gate.now(), this.gate.room));
	}

	/** Ask who takes it: somebody now, or later, or nobody. */
	place(attempt: Attempt): void {
		const { gate } = this;
		const { room } = gate;
		const { reception } = room;
		attempt.room = room;
		const last = this.#tried.at(-1);
		const where = nextTry({ ...gate.retry, retries: Infinity }, this.#tried.length);
		attempt.at = gate.now();
		let found: Backend | 'waits' | undefined;
		if (last === undefined || where !== 'the same again') {
			const tried = where === 'avoiding the last' && last ? [last] : this.#tried;
			const hear: HearWhy | undefined =
				gate.explain?.(this.id) === true
					? (because) => {
							attempt.because = because;
						}
					: undefined;
			found = reception.place(attempt, attempt, tried, hear);
		} else if (reception.cluster.available.includes(last) && !isFull(last))
			found = reception.take(last, attempt);
		else found = reception.place(attempt, attempt, []);
		if (found === 'waits') {
			this.#waiting = attempt;
			if (gate.heard) gate.tell({ kind: 'hold', at: attempt.at, id: this.id, attempt: attempt.attempt });
			room.watch();
		} else if (found === undefined) {
			const reason = reception.cluster.available.length === 0 ? 'no-backend' : 'declined';
			this.settle('error', reason);
			this.#apologise(reason, attempt.at);
		} else this.admitted(attempt, found);
	}

	/** It goes there, and is counted already. */
	admitted(attempt: Attempt, backend: Backend): void {
		this.#waiting = undefined;
		this.#current = attempt;
		this.#tried.push(backend);
		attempt.picked(backend, this.request, this.#fresh);
	}

	/** It has waited for as long as it may. */
	late(): void {
		this.#waiting = undefined;
		this.settle('error', 'queue-timeout');
		this.#apologise('queue-timeout');
	}

	#apologise(reason: Reason, at?: Millis): void {
		answer(this.req, this.res, apology(reason));
		this.#answer(at);
	}

	/** `at` is the instant of the pick where there was none: a replay asks the strategy again at that very instant. */
	#answer(at = this.gate.now()): void {
		if (this.#answered) return;
		this.#answered = true;
		this.latency = at - this.#sentAt;
		this.gate.finished(this);
		if (!this.gate.heard) return;
		const { backend } = this;
		this.gate.tell({
			kind: 'answer',
			at,
			id: this.id,
			latency: this.latency,
			result: this.#result,
			...(backend === undefined ? {} : { backend }),
			...(this.#reason === undefined ? {} : { reason: this.#reason })
		});
	}
}

function destroy(res: ServerResponse): void {
	res.destroy();
}

function ignore(): void {
	// A write to a connection that just closed, whose `close` follows and ends the exchange.
}
