import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HearWhy } from '#balancer/cluster.ts';
import { isFull } from '#balancer/full.ts';
import { nextTry, pauseAfter, type Backoff, type RetryBudget, type RetryRules } from '#balancer/retry.ts';
import type { Backend, Millis, Result } from '#balancer/strategy.ts';
import type { Ear, Reason, TraceEvent } from '#record/event.ts';
import { answer, apology } from './answers.ts';
import { Attempt } from './attempt.ts';
import type { Caller } from './caller.ts';
import type { Keyed } from './client-key.ts';
import { between } from './clock.ts';
import type { Outgoing } from './connection.ts';
import type { Admitted } from './guard.ts';
import { addForwarding, linesOf, type ForwardingRules, type Origin } from './headers.ts';
import type { Hedges } from './hedges.ts';
import type { Reply, ReplyEar } from './reply.ts';
import type { Roster } from './roster.ts';
import type { Finished } from './server.ts';
import type { RequestSpan, TracedRequest, Tracing } from './tracing.ts';
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
	/** Somebody hears of all requests. */
	readonly heard: boolean;
	/** Undefined where nobody follows single requests. */
	readonly follower: Follower | undefined;
	/** Before a retry; undefined: none. */
	backoff: Backoff | undefined;
	/** What retries may cost; undefined: they are free. */
	budget: RetryBudget | undefined;
	/** Undefined where none is sent. */
	hedges: Hedges | undefined;
	/** A client may be silent for so long in the middle of its body. */
	bodyTimeoutMs: Millis;
	/** Requests let in at once. */
	most: number;
	/** So many are let in and not over. */
	inside: number;
	/** Undefined where nobody traces. */
	readonly tracing: Tracing | undefined;
	now(): Millis;
	tell(event: TraceEvent): void;
	/** The request is over. */
	finished(request: Finished): void;
}

/** Hears of some requests, and of them why each pick fell as it did. */
export interface Follower {
	readonly ear: Ear;
	/** Whether it wants to hear of the request that is here now. */
	wants(): boolean;
}

/** Who asks. */
export interface Asker extends Keyed {
	/** The request's number. */
	readonly id: number;
	/** The client's address, whoever stands between. */
	readonly client: string;
	readonly origin: Origin;
	readonly caller: Caller;
}

/** Sending them twice leaves the same state as once (RFC 9110 9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

const nobody: readonly Backend[] = [];

/** A client's connection may be silent for so much longer than a backend: that is the backend's time, first. */
export const margin = 5000;

/**
 * One request of one client, from its arrival to its answer, with as many attempts as it takes. Everything that
 * ends an attempt goes through `Attempt.#end`, once, so the cluster's counts cannot drift.
 */
export class Exchange implements Finished, ReplyEar {
	readonly id: number;
	readonly client: string;
	readonly key: string;
	/** The cookie that its answer gives the client. */
	readonly gives: string | undefined;
	readonly req: IncomingMessage;
	readonly res: Reply;
	readonly gate: Gate;
	readonly request: Outgoing;
	/** The client waits for `100 Continue` before it sends its body. */
	readonly expectsContinue: boolean;
	/** The client's bare connection, when it asked for a WebSocket. */
	readonly socket: Socket | undefined;
	readonly span: RequestSpan | undefined;
	hedges = 0;
	/** Of the answer's body, so far. */
	bytes = 0;
	firstByte: Millis | undefined;
	/** From its arrival to its end; 0 before. */
	latency: Millis = 0;
	readonly #sentAt: Millis;
	#follower: Follower | undefined;
	/** Whom it was sent to, in that order. */
	#tried: Backend[] = [];
	/** Those of them that failed, in the order in which they did. */
	#failedOn: readonly Backend[] = nobody;
	/** Two attempts that race are one try, which fails with the last of them: a hedge costs no retry. */
	#failures = 0;
	#current: Attempt | undefined;
	/** The one that races it. */
	#rival: Attempt | undefined;
	/** Who answered. */
	#server: Backend | undefined;
	/** Until it is tried again. */
	#pause: NodeJS.Timeout | undefined;
	/** The attempt that waits for room, and whether a connection of its own is due. */
	#waiting: Attempt | undefined;
	#fresh = false;
	#resent = 0;
	#result: Result = 'ok';
	#reason: Reason | undefined;
	#answered = false;

	constructor(
		gate: Gate,
		{ id, client, key, gives, origin, caller }: Asker,
		req: IncomingMessage,
		res: Reply,
		{ head, path, host }: Admitted,
		options: { expectsContinue?: boolean; socket?: Socket } = {}
	) {
		this.gate = gate;
		this.id = id;
		this.client = client;
		this.key = key;
		this.gives = gives;
		this.req = req;
		this.res = res;
		this.expectsContinue = options.expectsContinue ?? false;
		this.socket = options.socket;
		const { tracing, forwarding } = gate;
		let lines: string;
		if (tracing === undefined) lines = caller.linesOf(head, origin, req.httpVersion, forwarding);
		else {
			const headers = [...head.headers];
			this.span = tracing.begin(tracedOf(req, client, origin), headers);
			addForwarding(headers, origin, req.httpVersion, forwarding);
			lines = linesOf(headers);
		}
		this.request = {
			method: req.method ?? 'GET',
			path,
			lines,
			host: forwarding.hostHeader === 'client' ? host : undefined,
			body: head.hasBody ? req : undefined,
			chunked: head.chunked,
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
		const { statusCode } = this.res;
		return this.#reason === 'client-left' && statusCode !== 408 ? 499 : statusCode;
	}

	get reason(): Reason | undefined {
		return this.#reason;
	}

	get backend(): string | undefined {
		return (this.#server ?? this.#tried.at(-1))?.id;
	}

	get attempts(): number {
		return this.#tried.length;
	}

	start(): void {
		const { gate, id, key, res } = this;
		if (gate.follower?.wants() === true) this.#follower = gate.follower;
		if (this.heard) this.tell({ kind: 'send', at: this.#sentAt, id, key });
		res.ear = this;
		if (this.request.body !== undefined) this.#mindUpload(this.request.body);
		gate.budget?.earn();
		if (++gate.inside <= gate.most) this.#try(false, this.#sentAt);
		else {
			this.settle('error', 'shed');
			this.#apologise('shed');
		}
	}

	/** A client that falls silent in the middle of its body is told so and cut off; no backend is to blame. */
	#mindUpload(body: IncomingMessage): void {
		const { socket } = body;
		const { bodyTimeoutMs } = this.gate;
		const usual = socket.timeout ?? 0;
		// A timer of its own costs an upload something: the connection's is as good where it is hardly longer.
		if (usual === 0 || usual > bodyTimeoutMs + margin) {
			const rest = (): void => void socket.setTimeout(usual);
			body.on('resume', () => socket.setTimeout(bodyTimeoutMs));
			body.on('pause', rest);
			body.once('end', rest);
		}
		body.on('timeout', () => {
			// What nobody takes from it now is not late.
			if (body.readableFlowing === true) this.#cutOff();
			else socket.setTimeout(usual);
		});
	}

	#cutOff(): void {
		this.#current?.cancel();
		if (this.res.headersSent) this.res.destroy();
		else {
			answer(this.req, this.res, {
				status: 408,
				reason: 'body-timeout',
				message: 'The body of the request did not go on for too long.'
			});
		}
	}

	/** The client's side is over. Before all was written that means: the client left. */
	closed(complete: boolean): void {
		this.#current?.cancel();
		this.#rival?.cancel();
		clearTimeout(this.#pause);
		if (this.#waiting !== undefined) this.#waiting.room.reception.leave(this.#waiting);
		this.#waiting = undefined;
		if (this.#answered) return;
		if (!complete && this.#result === 'ok') this.settle('cancelled', 'client-left');
		this.answered();
	}

	/** The first byte of a backend's answer is here: whoever races it is called off. */
	began(attempt: Attempt, at: Millis): void {
		this.firstByte ??= between(this.#sentAt, at);
		this.#server = attempt.backend;
		this.gate.hedges?.stop(attempt);
		if (this.#rival === undefined) return;
		const other = attempt === this.#rival ? this.#current : this.#rival;
		this.#current = attempt;
		this.#rival = undefined;
		other?.callOff();
	}

	/** Two attempts are out: the first good answer wins, and a failure decides nothing. */
	get isRace(): boolean {
		return this.#rival !== undefined;
	}

	/** Its backend takes long: send it elsewhere, too, if somebody else has room at once. */
	hedge(): void {
		const { gate, res } = this;
		const { reception } = gate.room;
		if (this.isRace || res.headersSent || res.destroyed || reception.waiting > 0) return;
		const free = (backend: Backend): boolean => !this.#tried.includes(backend) && !isFull(backend);
		if (!reception.cluster.available.some(free)) return;
		const rival = new Attempt(this, this.#tried.length, gate.now(), gate.room);
		const found = reception.place(rival, rival, this.#tried, this.#hearWhy(rival));
		if (found === 'waits') reception.leave(rival);
		if (found === undefined || found === 'waits') {
			if (gate.heard) gate.tell({ kind: 'vain', at: rival.at, id: this.id, attempt: rival.attempt });
			return;
		}
		this.#rival = rival;
		this.hedges++;
		this.admitted(rival, found);
	}

	/** False spares the making of events nobody hears. */
	get heard(): boolean {
		return this.#follower !== undefined || this.gate.heard;
	}

	/** Something happened to this request. */
	tell(event: TraceEvent): void {
		this.gate.tell(event);
		if (this.gate.follower === this.#follower) this.#follower?.ear(event);
	}

	/** How the request stands so far; what is said last is what the client saw. */
	settle(result: Result, reason: Reason | undefined): void {
		this.#result = result;
		this.#reason = reason;
	}

	/** An attempt failed: try again where that is safe, else say so. */
	failed(attempt: Attempt, reason: Reason): void {
		if (this.res.destroyed || this.res.writableEnded) return;
		if (attempt.backend !== undefined) this.#failedOn = [...this.#failedOn, attempt.backend];
		if (this.#rival !== undefined) {
			if (attempt === this.#current) this.#current = this.#rival;
			this.#rival = undefined;
			// Whatever left with one of them has left with their try.
			if (this.#current !== undefined) this.#current.sent ||= attempt.sent;
			this.settle('ok', undefined);
			return;
		}
		this.#failures++;
		// The head has left, so the only honest sign of a broken body is a broken connection (RFC 9112 8).
		// What came before it leaves first.
		if (this.res.headersSent) process.nextTick(destroy, this.res);
		else if (this.#mayTryAgain(attempt, reason) && this.gate.budget?.spend() !== false)
			this.#tryAgain(attempt);
		else this.#apologise(reason);
	}

	get #mayBeSentTwice(): boolean {
		return this.request.body === undefined && idempotent.has(this.request.method);
	}

	#hearWhy(attempt: Attempt): HearWhy | undefined {
		if (this.#follower === undefined) return undefined;
		return (because) => {
			attempt.because = because;
		};
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
		if (reason !== 'reset' || this.#resent === retries || !this.#mayBeSentTwice) return false;
		this.#resent++;
		return true;
	}

	#tryAgain({ sent }: Attempt): void {
		const { backoff } = this.gate;
		this.settle('ok', undefined);
		if (backoff === undefined) this.#try(sent);
		else
			this.#pause = setTimeout(
				() => {
					this.#try(sent);
				},
				pauseAfter(this.#failures, backoff, Math.random)
			);
	}

	#try(again: boolean, at = this.gate.now()): void {
		this.#fresh = again;
		this.place(new Attempt(this, this.#tried.length, at, this.gate.room), at);
	}

	/** Ask who takes it: somebody now, or later, or nobody. */
	place(attempt: Attempt, at = this.gate.now()): void {
		const { gate } = this;
		const { room } = gate;
		const { reception } = room;
		attempt.room = room;
		attempt.at = at;
		const last = this.#failedOn.at(-1);
		const found =
			last === undefined
				? reception.place(attempt, attempt, this.#failedOn, this.#hearWhy(attempt))
				: this.#placeAgain(attempt, last);
		if (found === 'waits') {
			this.#waiting = attempt;
			if (this.heard) this.tell({ kind: 'hold', at: attempt.at, id: this.id, attempt: attempt.attempt });
			room.watch();
		} else if (found === undefined) {
			const reason = reception.cluster.available.length === 0 ? 'no-backend' : 'declined';
			this.settle('error', reason);
			this.#apologise(reason, attempt.at);
		} else this.admitted(attempt, found);
	}

	#placeAgain(attempt: Attempt, last: Backend): Backend | 'waits' | undefined {
		const { gate } = this;
		const { reception } = gate.room;
		const where = nextTry({ ...gate.retry, retries: Infinity }, this.#failures);
		if (where !== 'the same again') {
			const tried = where === 'avoiding the last' ? [last] : this.#failedOn;
			return reception.place(attempt, attempt, tried, this.#hearWhy(attempt));
		}
		if (reception.cluster.available.includes(last) && !isFull(last)) return reception.take(last, attempt);
		return reception.place(attempt, attempt, []);
	}

	/** It goes there, and is counted already. */
	admitted(attempt: Attempt, backend: Backend): void {
		this.#waiting = undefined;
		if (attempt !== this.#rival) this.#current = attempt;
		this.#tried.push(backend);
		const { hedges } = this.gate;
		if (hedges !== undefined && attempt !== this.#rival && this.#mayBeSentTwice && this.socket === undefined)
			hedges.start(attempt);
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
		this.answered(at);
	}

	/** It is over. `at` is the instant of the pick where there was none: a replay asks the strategy again at that very instant. */
	answered(at = this.gate.now()): void {
		if (this.#answered) return;
		this.#answered = true;
		this.gate.inside--;
		this.latency = between(this.#sentAt, at);
		this.span?.end(this);
		this.gate.finished(this);
		if (!this.heard) return;
		const { backend, id, latency } = this;
		const reason = this.#reason;
		const over = { kind: 'answer', at, id, latency, result: this.#result } as const;
		const by = backend === undefined ? over : { ...over, backend };
		this.tell(reason === undefined ? by : { ...by, reason });
	}
}

/** What a trace says of a request. */
export function tracedOf(
	{ method = '', url = '', httpVersion }: IncomingMessage,
	client: string,
	{ scheme, host }: Pick<Origin, 'scheme' | 'host'>
): TracedRequest {
	return { method, target: url, httpVersion, client, scheme, host };
}

function destroy(res: ServerResponse): void {
	res.destroy();
}
