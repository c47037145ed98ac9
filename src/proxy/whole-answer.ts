import type { ServerResponse } from 'node:http';
import type { Whole } from './answer-parser.ts';
import { flat, linesOf, responseHead } from './headers.ts';

/** The head of an answer as its client gets it; the same for all answers whose backend said the same. */
export class PassedHead {
	/** As they came. */
	readonly from: readonly string[];
	readonly #dated: boolean;
	#lines: string;
	#said = false;

	constructor(status: number, text: string, from: readonly string[], servedBy: string) {
		this.from = from;
		const headers = responseHead(from, servedBy, status);
		this.#lines = `HTTP/1.1 ${String(status)} ${text}\r\n${linesOf(headers)}`;
		this.#dated = isDated(headers);
	}

	/** All of it, for a connection that goes on. */
	textWith(cookie: string | undefined): string {
		// The first time it is not yet known to be worth it.
		if (this.#said) this.#lines = flat(this.#lines);
		this.#said = true;
		let text = this.#lines;
		if (cookie !== undefined) text += `Set-Cookie: ${cookie}\r\n`;
		return this.#dated
			? `${text}Connection: keep-alive\r\n\r\n`
			: `${text}Date: ${now()}\r\nConnection: keep-alive\r\n\r\n`;
	}
}

/**
 * Send a whole answer in one write, as most answers come. `res.end` looks at every header again and makes pieces of head and
 * body; of what a small request costs that is a sixth. Only where `takesWhole`.
 */
export function sendWhole(res: ServerResponse, status: number, head: string, body: Whole): void {
	const { socket } = res;
	if (socket === null) return;
	res.statusCode = status;
	if (typeof body === 'string') socket.write(head + body, 'latin1');
	else {
		const bytes = Buffer.allocUnsafe(head.length + body.length);
		bytes.write(head, 'latin1');
		bytes.set(body, head.length);
		socket.write(bytes);
	}
	// The server goes on to the next request when it hears of this.
	if (socket.writableLength === 0) res.emit('finish');
	else
		socket.write('', 'latin1', (error) => {
			if (error == null) res.emit('finish');
		});
}

/**
 * False where only Node knows what to do: it is not this answer's turn, its connection is to end with it, or has not yet taken
 * what came before.
 */
export function takesWhole({ socket, shouldKeepAlive, headersSent }: ServerResponse): boolean {
	return socket !== null && shouldKeepAlive && !headersSent && socket.writable && socket.writableLength === 0;
}

/** A recipient with a clock adds what is missing (RFC 9110 6.6.1). */
function isDated(headers: readonly string[]): boolean {
	for (let i = 0; i < headers.length; i += 2) {
		const name = headers[i] ?? '';
		if (name.length === 4 && name.toLowerCase() === 'date') return true;
	}
	return false;
}

let second = NaN;
let text = '';

/** As `Date` has it; made once a second. */
function now(): string {
	const seconds = Math.floor(Date.now() / 1000);
	if (seconds !== second) text = new Date((second = seconds) * 1000).toUTCString();
	return text;
}
