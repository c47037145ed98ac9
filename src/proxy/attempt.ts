import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Backend, Because, Call, Millis, Result } from '#balancer/strategy.ts';
import type { Reason } from '#record/event.ts';
import type { Exchange } from './exchange.ts';
import { namesWebSocket, responseHead, responseTrailers } from './headers.ts';
import type { Lane, LaneHandler } from './lane.ts';
import type { AttemptSpan } from './tracing.ts';
import { tunnel } from './tunnel.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** A backend that has more to say before its answer has none. */
const mostInterims = 100;

/** One try at one backend: the call the strategy sees, and the ear for what the backend's connection says. */
export class Attempt implements Call, LaneHandler {
	readonly id: number;
	readonly key: string;
	readonly attempt: number;
	/** When it was chosen. */
	at: Millis;
	/** True once a connection stood and bytes may have left. */
	sent = false;
	/** Where it was placed, and is released. */
	room: WaitingRoom;
	/** Why it was sent there, where that was asked. */
	because: Because | undefined;
	/** The connection it went down. */
	lane: Lane | undefined;
	readonly #exchange: Exchange;
	#backend: Backend | undefined;
	#abort: (() => void) | undefined;
	#over = false;
	#status = 0;
	#interims = 0;
	#bodyBegan = false;
	#resume: (() => void) | undefined;
	#span: AttemptSpan | undefined;

	constructor(exchange: Exchange, attempt: number, at: Millis, room: WaitingRoom) {
		this.room = room;
		this.#exchange = exchange;
		this.id = exchange.id;
		this.key = exchange.key;
		this.attempt = attempt;
		this.at = at;
	}

	/** It waited, and there is room now. */
	admitted(backend: Backend, at: Millis): void {
		this.at = at;
		this.#exchange.admitted(this, backend);
	}

	/** It has waited for as long as it may. */
	gaveUp(): void {
		this.#exchange.late();
	}

	/** Whom it waited for has gone. */
	placeAgain(): void {
		this.#exchange.place(this);
	}

	/** Chosen and counted: send the request there. */
	picked(backend: Backend, request: Dispatcher.DispatchOptions, fresh: boolean): void {
		this.#backend = backend;
		const { gate } = this.#exchange;
		if (gate.heard) {
			gate.tell({
				kind: 'pick',
				at: this.at,
				id: this.id,
				attempt: this.attempt,
				backend: backend.id,
				key: this.key,
				...(this.because !== undefined && { because: this.because })
			});
		}
		const { spec, upstream } = gate.roster.entry(backend.id);
		if (gate.forwarding.hostHeader === 'backend') request = withHeaders(request, ['Host', upstream.host]);
		this.#span = this.#exchange.span?.attempt(spec, this.attempt);
		if (this.#span !== undefined) request = withHeaders(request, this.#span.headers);
		if (fresh) upstream.dispatchFresh(request, this);
		else upstream.dispatch(request, this);
	}

	/** Undefined while it waits. */
	get backend(): Backend | undefined {
		return this.#backend;
	}

	/** It takes long: another may race it. */
	hedge(): void {
		if (!this.#over) this.#exchange.hedge();
	}

	/** Another was faster: the backend is spared the rest. */
	callOff(): void {
		if (this.#over) return;
		this.#end('cancelled', undefined, false);
		this.#abort?.();
	}

	/** The client is not there any more: the backend is spared the rest. */
	cancel(): void {
		if (this.#over) return;
		this.#end('cancelled', 'client-left');
		this.#abort?.();
	}

	onConnect(abort: () => void): void {
		if (this.#over) {
			abort();
			return;
		}
		this.#abort = abort;
		this.sent = true;
		if (this.lane !== undefined) this.lane.awaitsHead = true;
		if (this.#exchange.expectsContinue) this.#exchange.res.writeContinue();
	}

	onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
		if (this.#over) return false;
		const { req, res, gate } = this.#exchange;
		if (status < 200) {
			if (++this.#interims > mostInterims) {
				this.#fail('failed');
				this.#abort?.();
				return false;
			}
			if (req.httpVersion === '1.1') passInterim(res, status, raw);
			return true;
		}
		this.#status = status;
		if (this.lane !== undefined) this.lane.awaitsHead = false;
		if (status >= 500 && this.#exchange.isRace) {
			this.#fail('failed');
			this.#abort?.();
			return false;
		}
		this.#exchange.began(this);
		// An answer before the end of the upload: what still comes is not read, so the connection cannot go on.
		if (gate.closing || !req.complete) res.shouldKeepAlive = false;
		try {
			res.writeHead(status, statusText, responseHead(raw, this.#backend?.id ?? ''));
		} catch {
			this.#fail('failed');
			this.#abort?.();
			return false;
		}
		this.#resume = resume;
		// Where the body comes in the same packet, head and body leave together; else the head leaves now.
		process.nextTick(flushHead, this);
		return true;
	}

	onData(chunk: Buffer): boolean {
		if (this.#over) return false;
		this.#bodyBegan = true;
		const { res } = this.#exchange;
		this.#exchange.bytes += chunk.length;
		if (res.write(chunk)) return true;
		if (this.#resume !== undefined) res.once('drain', this.#resume);
		return false;
	}

	onComplete(trailers: (Buffer | string)[] | null): void {
		if (this.#over) return;
		this.#bodyBegan = true;
		const { res } = this.#exchange;
		const failed = this.#status >= 500;
		this.#end(failed ? 'error' : 'ok', failed ? 'failed' : undefined);
		if (res.writableEnded) return;
		if (trailers !== null && trailers.length > 0) res.addTrailers(responseTrailers(trailers));
		res.end();
	}

	onUpgrade(status: number, raw: Buffer[], backendSocket: Duplex): void {
		const { res, socket } = this.#exchange;
		if (this.lane !== undefined) this.lane.awaitsHead = false;
		if (this.#over || socket === undefined) {
			backendSocket.destroy();
			return;
		}
		// Whatever else it has switched to, nobody here asked for.
		if (!namesWebSocket(raw.map(String))) {
			backendSocket.destroy();
			this.#fail('failed');
			return;
		}
		tunnel(res, socket, backendSocket, status, responseHead(raw, this.#backend?.id ?? ''), () => {
			if (!this.#over) this.#end('ok');
			this.#exchange.closed(true);
		});
	}

	onError(error: Error & { code?: string }): void {
		if (this.#over) return;
		if (error.code === 'UND_ERR_INVALID_ARG' || error.code === 'UND_ERR_NOT_SUPPORTED') {
			this.#end('cancelled');
			this.#exchange.unsendable(error.message);
		} else {
			this.#fail(reasonOf(error, this.sent));
		}
	}

	/** Called on the tick after the head was made. */
	flush(): void {
		if (!this.#bodyBegan && !this.#over) this.#exchange.res.flushHeaders();
	}

	#fail(reason: Reason): void {
		this.#end(reason === 'timeout' ? 'timeout' : 'error', reason);
		this.#exchange.failed(this, reason);
	}

	/** The one place where an attempt ends: told, uncounted, judged. What it `counts` for is how the request stands. */
	#end(result: Result, reason?: Reason, counts = true): void {
		this.#over = true;
		const { gate } = this.#exchange;
		const backend = this.#backend;
		if (backend === undefined) return;
		const at = gate.now();
		const latency = at - this.at;
		this.#span?.end(this.#status, result, reason);
		if (counts) this.#exchange.settle(result, reason);
		gate.hedges?.stop(this);
		if (gate.heard) {
			const { id, attempt } = this;
			gate.tell({
				kind: 'end',
				at,
				id,
				attempt,
				backend: backend.id,
				latency,
				result,
				...(reason === undefined ? {} : { reason })
			});
		}
		this.room.reception.release(backend, { call: this, at, latency, result });
	}
}

/** What went wrong with a backend, in one word. */
function reasonOf({ code, name }: Error & { code?: string }, sent: boolean): Reason {
	if (
		code === 'UND_ERR_CONNECT_TIMEOUT' ||
		code === 'UND_ERR_HEADERS_TIMEOUT' ||
		code === 'UND_ERR_BODY_TIMEOUT' ||
		code === 'ETIMEDOUT'
	) {
		return 'timeout';
	}
	if (!sent) return 'refused';
	return name === 'HTTPParserError' ||
		code === 'UND_ERR_HEADERS_OVERFLOW' ||
		code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'
		? 'failed'
		: 'reset';
}

/** That the backend is still at it (102), and links a browser may fetch meanwhile (RFC 8297); Node has no way to pass others. */
function passInterim(res: ServerResponse, status: number, raw: readonly Buffer[]): void {
	if (status === 102) res.writeProcessing();
	if (status !== 103) return;
	const link = raw.filter((_, i) => i % 2 === 1 && raw[i - 1]?.toString('latin1').toLowerCase() === 'link');
	try {
		res.writeEarlyHints({ link: link.map((value) => value.toString('latin1')) });
	} catch {
		// Hints may always be left out, so malformed ones are.
	}
}

function flushHead(attempt: Attempt): void {
	attempt.flush();
}

/** What is another one for each attempt: its backend's host, its own place in a trace. */
function withHeaders(
	request: Dispatcher.DispatchOptions,
	more: readonly string[]
): Dispatcher.DispatchOptions {
	return { ...request, headers: [...(request.headers as readonly string[]), ...more] };
}
