import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Backend, Because, Call, Millis, Result } from '#balancer/strategy.ts';
import type { Reason } from '#record/event.ts';
import type { Whole } from './answer-parser.ts';
import { between } from './clock.ts';
import type { Connection, ExchangeEar, Outgoing } from './connection.ts';
import type { Exchange } from './exchange.ts';
import { linesOf, namesWebSocket, responseHead, responseTrailers } from './headers.ts';
import type { AttemptSpan } from './tracing.ts';
import { tunnel } from './tunnel.ts';
import type { WaitingRoom } from './waiting-room.ts';
import { PassedHead, sendWhole, takesWhole } from './whole-answer.ts';

/** One try at one backend: the call the strategy sees, and the ear for what the backend's connection says. */
export class Attempt implements Call, ExchangeEar {
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
	readonly #exchange: Exchange;
	#backend: Backend | undefined;
	#connection: Connection | undefined;
	#over = false;
	#status = 0;
	#bodyBegan = false;
	/** As they came, with an answer whose body is still to come. */
	#headers: readonly string[] = [];
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
	picked(backend: Backend, request: Outgoing, fresh: boolean): void {
		this.#backend = backend;
		const { gate } = this.#exchange;
		if (this.#exchange.heard) {
			const { at, id, attempt, key, because } = this;
			const pick = { kind: 'pick', at, id, attempt, backend: backend.id, key } as const;
			this.#exchange.tell(because === undefined ? pick : { ...pick, because });
		}
		const { spec, upstream } = gate.roster.entry(backend.id);
		this.#span = this.#exchange.span?.attempt(spec, this.attempt);
		// Each attempt has its own place in a trace.
		if (this.#span !== undefined)
			request = { ...request, lines: request.lines + linesOf(this.#span.headers) };
		this.#connection = fresh ? upstream.sendFresh(request, this) : upstream.send(request, this);
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
		this.#connection?.destroy();
	}

	/** The client is not there any more: the backend is spared the rest. */
	cancel(): void {
		if (this.#over) return;
		this.#end('cancelled', 'client-left');
		this.#connection?.destroy();
	}

	connected(): void {
		this.sent = true;
		if (this.#exchange.expectsContinue) this.#exchange.res.writeContinue();
	}

	interim(status: number, headers: readonly string[]): void {
		if (this.#exchange.req.httpVersion === '1.1') passInterim(this.#exchange.res, status, headers);
	}

	head(status: number, text: string, headers: readonly string[], whole: Whole | undefined): void {
		const { req, res, gate, gives } = this.#exchange;
		this.#status = status;
		if (status >= 500 && this.#exchange.isRace) {
			if (whole === undefined) this.#connection?.destroy();
			this.failed('failed');
			return;
		}
		const at = gate.now();
		this.#exchange.began(this, at);
		// An answer before the end of the upload: what still comes is not read, so the connection cannot go on.
		if (gate.closing || !req.complete) res.shouldKeepAlive = false;
		if (whole === undefined) {
			this.#headers = headers;
			res.writeHead(status, text, this.#passed(headers));
			// Where the body comes in the same packet, head and body leave together; else the head leaves now.
			process.nextTick(flushHead, this);
			return;
		}
		this.#exchange.bytes += whole.length;
		this.#judge(at);
		if (req.httpVersion === '1.1' && !this.#exchange.expectsContinue && takesWhole(res)) {
			sendWhole(res, status, this.#passedHead(status, text, headers).textWith(gives), whole);
			// Gone from the connection: the network has all of it.
			if (res.socket === null) this.#exchange.answered(at);
			else
				res.once('finish', () => {
					this.#exchange.answered();
				});
			return;
		}
		res.writeHead(status, text, this.#passed(headers));
		// Bytes are lent.
		if (typeof whole === 'string') res.end(whole, 'latin1');
		else res.end(Buffer.from(whole));
	}

	data(piece: Buffer): void {
		this.#bodyBegan = true;
		const { res } = this.#exchange;
		this.#exchange.bytes += piece.length;
		const connection = this.#connection;
		if (res.write(Buffer.from(piece)) || connection === undefined) return;
		connection.pause();
		res.once('drain', () => {
			connection.resume();
		});
	}

	end(trailers: readonly string[]): void {
		this.#bodyBegan = true;
		const { res } = this.#exchange;
		this.#judge();
		if (res.writableEnded) return;
		if (trailers.length > 0) res.addTrailers(responseTrailers(trailers, this.#headers));
		res.end();
	}

	switched(headers: readonly string[], backendSocket: Socket): void {
		const { res, socket } = this.#exchange;
		if (this.#over || socket === undefined) {
			backendSocket.destroy();
			return;
		}
		// Whatever else it has switched to, nobody here asked for.
		if (!namesWebSocket(headers)) {
			backendSocket.destroy();
			this.failed('failed');
			return;
		}
		tunnel(res, socket, backendSocket, responseHead(headers, this.#backend?.id ?? '', 101), () => {
			if (!this.#over) this.#end('ok');
			this.#exchange.closed(true);
		});
	}

	failed(reason: Reason): void {
		if (this.#over) return;
		this.#end(reason === 'timeout' ? 'timeout' : 'error', reason);
		this.#exchange.failed(this, reason);
	}

	#passed(headers: readonly string[]): string[] {
		const { gives } = this.#exchange;
		const kept = responseHead(headers, this.#backend?.id ?? '', this.#status);
		if (gives !== undefined) kept.push('Set-Cookie', gives);
		return kept;
	}

	/** The one of the answer before on the same connection, where that began the same. */
	#passedHead(status: number, text: string, headers: readonly string[]): PassedHead {
		const connection = this.#connection;
		const last = connection?.passed;
		if (last?.from === headers) return last;
		const passed = new PassedHead(status, text, headers, this.#backend?.id ?? '');
		if (connection !== undefined) connection.passed = passed;
		return passed;
	}

	/** Called on the tick after the head was made. */
	flush(): void {
		if (!this.#bodyBegan && !this.#over) this.#exchange.res.flushHeaders();
	}

	/** The answer is whole. */
	#judge(at?: Millis): void {
		const failed = this.#status >= 500;
		this.#end(failed ? 'error' : 'ok', failed ? 'failed' : undefined, true, at);
	}

	/** The one place where an attempt ends: told, uncounted, judged. What it `counts` for is how the request stands. */
	#end(result: Result, reason?: Reason, counts = true, at = this.#exchange.gate.now()): void {
		this.#over = true;
		const { gate } = this.#exchange;
		const backend = this.#backend;
		if (backend === undefined) return;
		const latency = between(this.at, at);
		this.#span?.end(this.#status, result, reason);
		if (counts) this.#exchange.settle(result, reason);
		gate.hedges?.stop(this);
		if (this.#exchange.heard) {
			const { id, attempt } = this;
			const end = { kind: 'end', at, id, attempt, backend: backend.id, latency, result } as const;
			this.#exchange.tell(reason === undefined ? end : { ...end, reason });
		}
		this.room.reception.release(backend, { call: this, at, latency, result });
	}
}

/** That the backend is still at it (102), and links a browser may fetch meanwhile (RFC 8297); Node has no way to pass others. */
function passInterim(res: ServerResponse, status: number, headers: readonly string[]): void {
	if (status === 102) res.writeProcessing();
	if (status !== 103) return;
	const link = headers.filter((_, i) => i % 2 === 1 && headers[i - 1]?.toLowerCase() === 'link');
	try {
		res.writeEarlyHints({ link });
	} catch {
		// Hints may always be left out, so malformed ones are.
	}
}

function flushHead(attempt: Attempt): void {
	attempt.flush();
}
