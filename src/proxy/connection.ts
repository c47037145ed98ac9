import type { IncomingMessage } from 'node:http';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Reason } from '#record/event.ts';
import { AnswerError, AnswerParser, type AnswerEar, type Whole } from './answer-parser.ts';
import type { ConnectionRules, Place } from './backends.ts';
import { linesOf, requestTrailers } from './headers.ts';
import type { PassedHead } from './whole-answer.ts';

/** A request as it goes to a backend. */
export interface Outgoing {
	readonly method: string;
	/** Path and query. */
	readonly path: string;
	/** Undefined: the backend's own. */
	readonly host: string | undefined;
	/** All other headers, as they are written, without what this connection says of itself. */
	readonly lines: string;
	/** Not a byte of it is read before a connection stands. */
	readonly body: IncomingMessage | undefined;
	/** The body's length is not known beforehand. */
	readonly chunked: boolean;
	/** Asks for a WebSocket. */
	readonly upgrade: boolean;
}

/** Hears of one request what becomes of it; `failed` is the last word, and so is the end of an answer. */
export interface ExchangeEar {
	/** A connection stands, so bytes leave now. */
	connected(): void;
	interim(status: number, headers: readonly string[]): void;
	/** `whole` is the body where it came along, and the end of it; bytes are to be copied, as those of `data`. */
	head(status: number, text: string, headers: readonly string[], whole: Whole | undefined): void;
	data(piece: Buffer): void;
	end(trailers: readonly string[]): void;
	switched(headers: readonly string[], socket: Socket): void;
	failed(reason: Reason): void;
}

/** Where connections come from, and go back to. */
export interface Home {
	readonly place: Place;
	readonly rules: ConnectionRules;
	/** Milliseconds, within half a second. */
	readonly now: number;
	/** It may serve another request. */
	idle(connection: Connection): void;
	gone(connection: Connection): void;
}

/**
 * One connection to a backend, with one exchange at a time. It knows whether bytes of a request have left and how much of
 * an answer came, which is what makes retries safe.
 */
export class Connection implements AnswerEar {
	stands = false;
	/** Until when it may wait for a request; a backend would close it soon after. */
	idleUntil = Infinity;
	/** How its last answer was passed on. */
	passed: PassedHead | undefined;
	readonly #home: Home;
	readonly #socket: Socket;
	readonly #parser = new AnswerParser(this);
	#request: Outgoing | undefined;
	#ear: ExchangeEar | undefined;
	#paused = false;
	#uploading = false;
	#patience: NodeJS.Timeout | undefined;

	/** Connects at once, for this request. */
	constructor(home: Home, request: Outgoing, ear: ExchangeEar) {
		const { place, rules } = home;
		this.#home = home;
		this.#request = request;
		this.#ear = ear;
		// A tunnel needs the stream itself.
		const socket = request.upgrade
			? open(place, rules)
			: open(place, rules, {
					buffer: incoming,
					callback: (length) => {
						this.#read(incoming.subarray(0, length));
						return true;
					}
				});
		this.#socket = socket;
		if (request.upgrade) socket.on('data', this.#read);
		socket.setTimeout(rules.timeoutMs, () => {
			this.#stalled();
		});
		socket.on(place.tls ? 'secureConnect' : 'connect', () => {
			this.#connected();
		});
		socket.on('drain', () => {
			if (this.#uploading) this.#request?.body?.resume();
		});
		socket.on('end', this.#ended);
		socket.on('error', (error: NodeJS.ErrnoException) => {
			this.#fail(error.code === 'ETIMEDOUT' ? 'timeout' : this.stands ? 'reset' : 'refused');
		});
		socket.on('close', () => {
			this.#fail(this.stands ? 'reset' : 'refused');
		});
		this.#patience = setTimeout(() => {
			this.#fail('timeout');
		}, rules.connectTimeoutMs);
	}

	/** Send another request; the last one must be over. */
	send(request: Outgoing, ear: ExchangeEar): void {
		this.#request = request;
		this.#ear = ear;
		this.#write(request, ear);
	}

	/** No more of the answer until `resume`. */
	pause(): void {
		this.#paused = true;
		this.#socket.pause();
	}

	resume(): void {
		if (!this.#paused) return;
		this.#paused = false;
		this.#socket.resume();
		// The silence while nobody listened is not the backend's.
		this.#socket.setTimeout(this.#home.rules.timeoutMs);
	}

	/** End it at once, whatever is under way; nobody is told. */
	destroy(): void {
		this.#over();
		this.#parser.stop();
		clearTimeout(this.#patience);
		this.#socket.destroy();
		this.#home.gone(this);
	}

	interim(status: number, headers: readonly string[]): void {
		this.#ear?.interim(status, headers);
	}

	head(status: number, text: string, headers: readonly string[], whole: Whole | undefined): void {
		const ear = this.#ear;
		if (whole !== undefined) this.#release();
		ear?.head(status, text, headers, whole);
	}

	data(piece: Buffer): void {
		this.#ear?.data(piece);
	}

	end(trailers: readonly string[]): void {
		const ear = this.#ear;
		this.#release();
		ear?.end(trailers);
	}

	switched(headers: readonly string[], rest: Buffer): void {
		const ear = this.#ear;
		const socket = this.#socket;
		this.#over();
		this.#home.gone(this);
		socket.setTimeout(0);
		socket.off('data', this.#read);
		socket.off('end', this.#ended);
		socket.pause();
		if (rest.length > 0) socket.unshift(rest);
		ear?.switched(headers, socket);
	}

	#connected(): void {
		clearTimeout(this.#patience);
		this.stands = true;
		if (this.#request !== undefined && this.#ear !== undefined) this.#write(this.#request, this.#ear);
	}

	#write(request: Outgoing, ear: ExchangeEar): void {
		const socket = this.#socket;
		this.#parser.expect(request.method, request.upgrade);
		ear.connected();
		if (request.body === undefined) {
			socket.write(headOf(request, this.#home.place.host), 'latin1');
			return;
		}
		// Head and first piece leave together, where the piece is here already.
		socket.cork();
		socket.write(headOf(request, this.#home.place.host), 'latin1');
		this.#uploading = true;
		request.body.on('data', this.#upload);
		request.body.on('end', this.#uploaded);
		process.nextTick(uncork, socket);
	}

	#upload = (piece: Buffer): void => {
		const socket = this.#socket;
		if (this.#request?.chunked === true) {
			socket.cork();
			socket.write(`${piece.length.toString(16)}\r\n`, 'latin1');
			socket.write(piece);
			socket.write('\r\n', 'latin1');
			process.nextTick(uncork, socket);
		} else socket.write(piece);
		if (socket.writableNeedDrain) this.#request?.body?.pause();
	};

	#uploaded = (): void => {
		const { body, chunked } = this.#request ?? {};
		if (body !== undefined && chunked === true) this.#socket.write(lastChunk(body), 'latin1');
		this.#leaveBody();
	};

	#leaveBody(): void {
		if (!this.#uploading) return;
		this.#uploading = false;
		const body = this.#request?.body;
		body?.off('data', this.#upload);
		body?.off('end', this.#uploaded);
		// What nobody wants is read and forgotten, so that the client's connection does not stall.
		body?.resume();
	}

	#read = (chunk: Buffer): void => {
		try {
			this.#parser.read(chunk);
		} catch (error) {
			if (!(error instanceof AnswerError)) throw error;
			this.#fail('failed');
		}
	};

	#ended = (): void => {
		this.#parser.close();
		// In the middle of something, or while it waited for a request.
		this.#fail('reset');
	};

	#stalled(): void {
		// Whose client reads slowly is not to blame, nor whose client does not go on with its body.
		const waitsForClient = this.#paused || (this.#uploading && this.#socket.writableLength === 0);
		if (!waitsForClient) this.#fail('timeout');
	}

	/** Also the end of an idle one, where nobody hears of it. */
	#fail(reason: Reason): void {
		const ear = this.#ear;
		this.destroy();
		ear?.failed(reason);
	}

	/** The answer is whole. */
	#release(): void {
		// An answer before the end of the upload: what still comes of that is not sent, so the connection cannot go on.
		const fit = this.#parser.reusable && !this.#uploading;
		this.resume();
		this.#over();
		if (fit && this.#parser.keepMs !== 0) {
			this.idleUntil = this.#home.now + (this.#parser.keepMs ?? usualKeepMs);
			this.#home.idle(this);
		} else this.destroy();
	}

	#over(): void {
		this.#leaveBody();
		this.#request = undefined;
		this.#ear = undefined;
	}
}

/** Node's servers close an idle connection after 5 s; a request that comes just then would be lost. */
const usualKeepMs = 4000;

/** All connections read into it, one at a time: what it holds is used before the next bytes are read. */
const incoming = Buffer.allocUnsafeSlow(65_536);

function open(place: Place, { ca }: ConnectionRules, onread?: NetConnectOpts['onread']): Socket {
	const where =
		place.socketPath === undefined ? { host: place.name, port: place.port } : { path: place.socketPath };
	const options = {
		...where,
		noDelay: true,
		highWaterMark: 65_536,
		// What goes through a tunnel may end one way and go on the other.
		...(onread === undefined ? { allowHalfOpen: true } : { onread })
	};
	if (!place.tls) return connect(options as NetConnectOpts);
	// The name in the certificate is that of the address, never the Host header, which is the client's to choose.
	return connectTls({
		...options,
		ALPNProtocols: ['http/1.1'],
		...(place.serverName !== undefined && { servername: place.serverName }),
		...(ca !== undefined && { ca })
	} as ConnectionOptions);
}

function lastChunk({ rawTrailers, rawHeaders }: IncomingMessage): string {
	return rawTrailers.length === 0
		? '0\r\n\r\n'
		: `0\r\n${linesOf(requestTrailers(rawTrailers, rawHeaders))}\r\n`;
}

function headOf({ method, path, host, lines, chunked, upgrade }: Outgoing, own: string): string {
	let head = `${method} ${path} HTTP/1.1\r\nHost: ${host ?? own}\r\n${lines}`;
	if (chunked) head += 'Transfer-Encoding: chunked\r\n';
	return upgrade
		? `${head}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`
		: `${head}Connection: keep-alive\r\n\r\n`;
}

function uncork(socket: Socket): void {
	socket.uncork();
}
