import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reason } from '#record/event.ts';
import type { Refusal } from './guard.ts';

/** The proxy's own answer where no backend gave one: who is to blame decides the status (RFC 9110 15.6). */
export function apology(reason: Reason): Refusal {
	const { status, message } = apologies[reason];
	return { status, reason, message, ...(status === 503 ? { headers: ['Retry-After', '1'] } : {}) };
}

const apologies: Record<Reason, { status: number; message: string }> = {
	refused: {
		status: 502,
		message: 'The backend could not be reached: check that it runs and that its address is right.'
	},
	reset: { status: 502, message: 'The backend closed the connection before it had answered.' },
	failed: { status: 502, message: 'The backend answered something that is not HTTP.' },
	timeout: { status: 504, message: 'The backend did not answer in time.' },
	'no-backend': { status: 503, message: 'No backend may take a request now: all are down or draining.' },
	declined: { status: 503, message: 'The strategy declined every backend there is.' },
	'queue-full': { status: 503, message: 'The backend has no room left: try again in a moment.' },
	'queue-timeout': { status: 503, message: 'The request waited too long for a backend with room.' },
	shed: { status: 503, message: 'The proxy has as many requests as it lets in: try again in a moment.' },
	'client-left': { status: 499, message: 'The client left.' }
};

/** Write a refusal as JSON to whom asks for JSON, else as a line of text. Nothing of it may have been sent before. */
export function answer(
	req: IncomingMessage,
	res: ServerResponse,
	{ status, reason, message, headers = [] }: Refusal
): void {
	if (res.headersSent || res.destroyed) return;
	const json = values(req.rawHeaders, /^accept$/i).includes('application/json');
	const body = json ? `${JSON.stringify({ status, reason, message })}\n` : `${reason}: ${message}\n`;
	// What follows what is malformed may be read in another way elsewhere. And the rest of an unread body would have to be
	// read through before the next request: rather end the connection.
	if (status === 400) res.shouldKeepAlive = false;
	if (!req.complete && values(req.rawHeaders, /^(content-length|transfer-encoding)$/i) !== '')
		res.shouldKeepAlive = false;
	res.writeHead(status, [
		'Content-Type',
		json ? 'application/json' : 'text/plain; charset=utf-8',
		'Content-Length',
		String(Buffer.byteLength(body)),
		'Cache-Control',
		'no-store',
		...headers
	]);
	res.end(body);
}

function values(raw: readonly string[], name: RegExp): string {
	return raw.filter((_, i) => i % 2 === 1 && name.test(raw[i - 1] ?? '')).join();
}
