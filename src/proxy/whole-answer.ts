import type { ServerResponse } from 'node:http';
import type { Whole } from './answer-parser.ts';
import { linesOf } from './headers.ts';

/**
 * Send a whole answer in one write, as most answers come. `res.end` looks at every header again and makes pieces of head and
 * body; of what a small request costs that is a sixth. False where only Node knows what to do, and nothing was sent: it is
 * not this answer's turn, its connection is to end with it, or has not yet taken what came before.
 */
export function sendWhole(
	res: ServerResponse,
	status: number,
	text: string,
	headers: readonly string[],
	body: Whole
): boolean {
	const { socket } = res;
	if (socket === null || !res.shouldKeepAlive || res.headersSent) return false;
	if (!socket.writable || socket.writableLength > 0) return false;
	res.statusCode = status;
	const date = isDated(headers) ? '' : `Date: ${now()}\r\n`;
	const head = `HTTP/1.1 ${String(status)} ${text}\r\n${linesOf(headers)}${date}Connection: keep-alive\r\n\r\n`;
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
	return true;
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
