import type { OutgoingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const answers: Readonly<Record<string, readonly [status: string, reason: string, message: string]>> = {
	HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'header-size', 'The headers exceed 16 KiB.'],
	HPE_CHUNK_EXTENSIONS_OVERFLOW: [
		'413 Payload Too Large',
		'chunk-extensions',
		'Chunk extensions are too long.'
	],
	ERR_HTTP_REQUEST_TIMEOUT: [
		'408 Request Timeout',
		'header-timeout',
		'The head of the request took too long.'
	]
};
const otherwise = [
	'400 Bad Request',
	'bad-request',
	'This is not HTTP/1.1 as a proxy may accept it.'
] as const;

/**
 * What Node's parser refuses gets an answer that says why, as long as no other answer has begun on that connection; in
 * any case it is over, since nobody knows where the next request would begin.
 */
export function onClientError(error: Error & { code?: string }, socket: Duplex): void {
	const { _httpMessage: begun } = socket as Duplex & { _httpMessage?: OutgoingMessage | null };
	if (error.code !== 'ECONNRESET' && socket.writable && begun?.headersSent !== true) {
		const [status, reason, message] = answers[error.code ?? ''] ?? otherwise;
		const body = `${reason}: ${message}\n`;
		socket.write(
			`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`
		);
	}
	socket.destroy();
}
